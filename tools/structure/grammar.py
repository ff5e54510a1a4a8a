"""The grammar of a service: which files there are, and which of them may import which."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Grammar", "breaches", "report"]

_CLIENTS = "clients"
_PURE = "pure"
# A released migration does what it did: of our own code it imports frozen modules alone.
_FROZEN = re.compile(r"common\.database\.\w+_v\d+\b")


@dataclass(frozen=True)
class Grammar:
    layers: Sequence[Sequence[str]]
    """From the top: names of files without their suffix, and ``clients`` and ``pure`` for such folders."""
    of_service: frozenset[str]
    """Names of files beside the features, which no feature has."""
    pure: frozenset[str]
    """Folders of pure functions, as ``service/feature``. Their files have names of their own."""
    not_pure: frozenset[str]
    """Packages that a pure function must not import."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Grammar":
        return cls(
            layers=table["layers"],
            of_service=frozenset(table["of_service"]),
            pure=frozenset(table["pure"]),
            not_pure=frozenset(table["not_pure"]),
        )

    def rank(self, role: str) -> int:
        """Return the height of a role's layer: a module imports only from its own layer or lower ones."""
        return next(len(self.layers) - place for place, layer in enumerate(self.layers) if role in layer)


@dataclass(frozen=True)
class Module:
    """A file of a service; ``role`` is None if the grammar has none for it, ``feature`` empty beside the features."""

    path: Path
    name: str
    service: str
    feature: str
    role: str | None


def breaches(services: Path, grammar: Grammar) -> list[str]:
    """Return one line for each module without a role, each upward import and each cycle of features."""
    modules = {module.name: module for module in _modules(services, grammar)}
    found = [
        f"{_shown(module.path, services)}: no role has this name; see CONTRIBUTING.md"
        for module in modules.values()
        if module.role is None
    ]
    features: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for module in modules.values():
        for target, line in _imports(module.path):
            package = target.split(".")[0]
            if module.role == _PURE and package in grammar.not_pure:
                found.append(f"{_shown(module.path, services)}:{line}: a pure function must not import {package}")
            imported = _known(target, modules)
            if imported is None or imported.service != module.service:
                continue
            if module.role and imported.role and grammar.rank(imported.role) > grammar.rank(module.role):
                found.append(
                    f"{_shown(module.path, services)}:{line}: {module.role} must not import {imported.role} ({target})"
                )
            if module.feature and imported.feature and module.feature != imported.feature:
                features[module.service][module.feature].add(imported.feature)
    found += _unfrozen(services)
    for service, graph in features.items():
        found += [f"{service}: the features {' → '.join(cycle)} import each other" for cycle in _cycles(graph)]
    return sorted(found)


def report(services: Path, grammar: Grammar) -> str:
    """Return a table of lines by role, and the share of the lines in files without a role name."""
    lines: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for module in _modules(services, grammar):
        count = len(module.path.read_text().splitlines())
        lines[module.role or "no role"] += count
        if module.role in {None, _PURE}:
            outside[f"{module.service}/{module.feature}"] += count
    total = sum(lines.values())
    rows = [f"{role:14} {count:6} {count / total:6.1%}" for role, count in lines.most_common()]
    rows += ["", "without a role name:"]
    rows += [f"{folder:30} {count:6}" for folder, count in outside.most_common()]
    rows.append(f"{'total':30} {outside.total():6} of {total}, {outside.total() / total:.1%}")
    return "\n".join(rows)


def _unfrozen(services: Path) -> Iterator[str]:
    """Yield the imports of migrations that later edits of the imported module would change."""
    own = {source.name for source in services.glob("*/src/*")} | {"common", "pulseworks_contracts"}
    for path in sorted(services.glob("*/src/*/migrations/**/*.py")):
        for target, line in _imports(path):
            if target.partition(".")[0] in own and not _FROZEN.match(target):
                yield f"{_shown(path, services)}:{line}: a migration must not import {target}, which can change"


def _modules(services: Path, grammar: Grammar) -> Iterator[Module]:
    for source in sorted(services.glob("*/src/*")):
        for path in sorted(source.rglob("*.py")):
            parts = path.relative_to(source.parent).with_suffix("").parts
            if "migrations" in parts:
                continue
            inner = [part for part in parts[1:] if part != "__init__"]
            feature = parts[1] if len(parts) > 2 else ""
            name = ".".join((parts[0], *inner))
            yield Module(path, name, source.name, feature, _role(source.name, feature, inner, path, grammar))


def _role(service: str, feature: str, inner: Sequence[str], path: Path, grammar: Grammar) -> str | None:
    if feature == _CLIENTS:
        return _CLIENTS
    if f"{service}/{feature}" in grammar.pure:
        return _PURE
    if path.stem == "__init__":
        # empty, or a docstring and re-exports at the top of the service
        return "errors" if not path.read_text().strip() or len(inner) <= 1 else None
    known = {role for layer in grammar.layers for role in layer} - {_CLIENTS, _PURE}
    allowed = grammar.of_service if not feature else known - grammar.of_service
    return path.stem if len(inner) <= 2 and path.stem in allowed else None


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno


def _known(target: str, modules: Mapping[str, Module]) -> Module | None:
    return modules.get(target) or modules.get(target.rpartition(".")[0])


def _cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of features that import each other, directly or not, each once."""
    reached = {feature: _reach(graph, feature) for feature in graph}
    groups = {
        tuple(sorted({feature, *(other for other in reached[feature] if feature in reached.get(other, ()))}))
        for feature in graph
        if feature in reached[feature]
    }
    return [list(group) for group in sorted(groups)]


def _reach(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for following in graph.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def _shown(path: Path, services: Path) -> str:
    return path.relative_to(services.parent).as_posix()
