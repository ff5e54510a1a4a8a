"""Selectors, and whether they match an element of the pages read.

A page and its stylesheets may be hostile, so matching is bounded and recurses no deeper than a selector nests.
cssselect2 0.10 has no bound, and it compiles selectors to Python source for `eval`. What depends on siblings or on the
reader (`:nth-child`, `:has`) is taken to hold or to be a state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from content.clients.website.markup import Node

MAX_SELECTORS = 100
"""Of one rule."""

_MAX_TOKENS = 2_000
_MAX_COMPOUNDS = 12
_MAX_ALTERNATIVES = 12
_MAX_NESTED = 3

Specificity = tuple[int, int, int]

_STRUCTURAL_NAMES = """
first-child last-child only-child first-of-type last-of-type only-of-type nth-child nth-of-type nth-last-child
nth-last-of-type link any-link enabled lang dir defined read-write
"""
_STRUCTURAL = frozenset(_STRUCTURAL_NAMES.split())
_GENERATED = frozenset({"before", "after", "first-letter", "first-line"})
_SELECTION = frozenset({"selection", "-moz-selection"})


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    operator: str = ""
    value: str = ""

    def matches(self, node: Node) -> bool:
        held = node.attribute(self.name)
        if held is None:
            return False
        value = self.value
        if self.operator in ("^=", "$=", "*="):
            at = {"^=": held.startswith(value), "$=": held.endswith(value), "*=": value in held}
            return bool(value) and at[self.operator]
        whole = {"": True, "=": held == value, "~=": value in held.split()}
        return whole.get(self.operator, held == value or held.startswith(f"{value}-"))


@dataclass(slots=True)
class Compound:
    """Simple selectors of one element."""

    combinator: str = " "
    """How it relates to the compound before it."""
    name: str = ""
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    any_of: "list[list[Selector]]" = field(default_factory=list)
    none_of: "list[list[Selector]]" = field(default_factory=list)
    is_state: bool = False
    """It needs the reader: a pointer over it, a focus, a choice."""
    is_parent: bool = False
    """It is `&`."""
    empty: bool = True

    def matches(self, node: Node) -> bool:
        return (
            (not self.name or self.name == node.name)
            and all(each == node.id for each in self.ids)
            and all(each in node.classes for each in self.classes)
            and all(each.matches(node) for each in self.attributes)
            and all(any(each.matches(node) for each in group) for group in self.any_of)
            and not any(each.matches(node) for group in self.none_of for each in group if not each.is_state)
        )


@dataclass(slots=True)
class Selector:
    compounds: list[Compound]
    specificity: Specificity
    pseudo_element: str = ""
    """A generated box such as `before`, else empty."""

    @property
    def subject(self) -> Compound:
        return self.compounds[-1]

    @property
    def is_state(self) -> bool:
        return any(compound.is_state for compound in self.compounds)

    @property
    def is_universal(self) -> bool:
        """It is `*` alone."""
        return len(self.compounds) == 1 and self.specificity == (0, 0, 0) and not self.subject.any_of

    @property
    def words(self) -> Iterator[str]:
        """Its classes and ids, in lower case."""
        for compound in self.compounds:
            yield from (word.lower() for word in (*compound.classes, *compound.ids))
            for group in compound.any_of:
                for selector in group:
                    yield from selector.words

    def matches(self, node: Node) -> bool:
        return self.subject.matches(node) and self._ancestors_match(node)

    def _ancestors_match(self, node: Node) -> bool:
        """Match right to left. A child's parent is exact; for a descendant the nearest ancestor that fits is taken."""
        current: Node | None = node
        combinator = self.subject.combinator
        for compound in reversed(self.compounds[:-1]):
            if combinator in "+~":
                # Which siblings there are is not known here: the parent must have a child that fits.
                if current is None or current.parent is None or not _has_child(current.parent, compound):
                    return False
            elif combinator == ">":
                current = current.parent if current is not None else None
                if current is None or not compound.matches(current):
                    return False
            else:
                current = (
                    next((each for each in current.ancestors() if compound.matches(each)), None) if current else None
                )
                if current is None:
                    return False
            combinator = compound.combinator
        return True


def _has_child(parent: Node, compound: Compound) -> bool:
    return any(compound.matches(child) for child in parent.children)


def parse_selectors(prelude: list[Any], depth: int = 0) -> list[Selector]:
    """Read a selector list; selectors that can match no element are left out."""
    parts: list[list[Any]] = [[]]
    for token in prelude[:_MAX_TOKENS]:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    read = (_Reader(depth).read(part) for part in parts[:MAX_SELECTORS])
    return [selector for selector in read if selector is not None]


def nested(parent: Selector, child: Selector) -> Selector:
    """Return a nested rule's selector: `&` stands for the parent, without it the child is inside the parent."""
    at = next((number for number, compound in enumerate(child.compounds) if compound.is_parent), None)
    if at is None:
        compounds = [*parent.compounds, *child.compounds]
    else:
        compounds = [*child.compounds[:at], *parent.compounds[:-1], _joined(parent.subject, child.compounds[at])]
        compounds += child.compounds[at + 1 :]
    a, b = parent.specificity, child.specificity
    specificity = (a[0] + b[0], a[1] + b[1], a[2] + b[2])
    return Selector(compounds[-_MAX_COMPOUNDS:], specificity, child.pseudo_element or parent.pseudo_element)


def _joined(parent: Compound, own: Compound) -> Compound:
    return Compound(
        combinator=parent.combinator,
        name=own.name or parent.name,
        ids=[*parent.ids, *own.ids],
        classes=[*parent.classes, *own.classes],
        attributes=[*parent.attributes, *own.attributes],
        any_of=[*parent.any_of, *own.any_of],
        none_of=[*parent.none_of, *own.none_of],
        is_state=parent.is_state or own.is_state,
        empty=False,
    )


class _Reader:
    """Reads one selector from its tokens."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._compounds = [Compound()]
        self._ids = self._classes = self._names = 0
        self._pseudo_element = ""
        self._impossible = False

    def read(self, tokens: list[Any]) -> Selector | None:
        waiting = iter(tokens)
        for token in waiting:
            self._take(token, waiting)
        while self._compounds and self._compounds[-1].empty:
            self._compounds.pop()
        if self._impossible or not self._compounds or len(self._compounds) > _MAX_COMPOUNDS:
            return None
        return Selector(self._compounds, (self._ids, self._classes, self._names), self._pseudo_element)

    def _take(self, token: Any, waiting: Iterator[Any]) -> None:
        current = self._compounds[-1]
        match token.type:
            case "whitespace":
                if not current.empty:
                    self._compounds.append(Compound())
            case "ident":
                current.name, current.empty = token.lower_value, False
                self._names += 1
            case "hash":
                current.ids.append(token.value)
                current.empty = False
                self._ids += 1
            case "[] block":
                self._attribute(token.content)
            case "literal":
                self._literal(token.value, waiting)
            case _:
                self._impossible = True

    def _literal(self, mark: str, waiting: Iterator[Any]) -> None:
        current = self._compounds[-1]
        if mark == ".":
            token = next(waiting, None)
            if token is None or token.type != "ident":
                self._impossible = True
                return
            current.classes.append(token.value)
            current.empty = False
            self._classes += 1
        elif mark in (">", "+", "~"):
            if current.empty:
                current.combinator = mark
            else:
                self._compounds.append(Compound(combinator=mark))
        elif mark == "*":
            current.empty = False
        elif mark == "&":
            current.is_parent, current.empty = True, False
        elif mark == ":":
            self._pseudo(waiting)
        else:
            self._impossible = True

    def _pseudo(self, waiting: Iterator[Any]) -> None:
        token = next(waiting, None)
        is_element = token is not None and token.type == "literal" and token.value == ":"
        if is_element:
            token = next(waiting, None)
        current = self._compounds[-1]
        current.empty = False
        if token is None or token.type not in ("ident", "function"):
            self._impossible = True
            return
        name = token.lower_value if token.type == "ident" else token.lower_name
        if name in _GENERATED:
            self._pseudo_element = name
            self._names += 1
        elif name in _SELECTION:
            current.is_state = True
        elif is_element or name.startswith("-"):
            self._impossible = True
        elif token.type == "function" and name in ("is", "where", "not", "matches", "-webkit-any"):
            self._group(name, token.arguments)
        elif name == "root":
            current.name = "html"
            self._classes += 1
        else:
            self._classes += 1
            current.is_state = current.is_state or name not in _STRUCTURAL

    def _group(self, name: str, arguments: list[Any]) -> None:
        current = self._compounds[-1]
        if self._depth >= _MAX_NESTED:
            self._impossible = True
            return
        group = parse_selectors(arguments, self._depth + 1)[:_MAX_ALTERNATIVES]
        if name == "not":
            current.none_of.append(group)
        else:
            current.any_of.append(group)
        if name != "where" and group:
            ids, classes, names = max(selector.specificity for selector in group)
            self._ids, self._classes, self._names = self._ids + ids, self._classes + classes, self._names + names

    def _attribute(self, content: list[Any]) -> None:
        parts = [token for token in content if token.type != "whitespace"]
        current = self._compounds[-1]
        current.empty = False
        self._classes += 1
        if not parts or parts[0].type != "ident":
            self._impossible = True
            return
        operator, values = "", [token.value for token in parts[1:] if token.type in ("ident", "string")]
        if len(parts) > 1 and parts[1].type == "literal":
            operator = parts[1].value
        current.attributes.append(Attribute(parts[0].lower_value, operator, values[0] if values else ""))
