"""The released schemas, which subscribers were built against and the events in the stream conform to.

``python -m pulseworks_contracts.release`` writes those of this version. A test compares the current schemas with the
latest release, so that no breaking change reaches a subscriber.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from pulseworks_contracts import EVENT_TYPES, specs
from pulseworks_contracts.compatibility import Schema, breaking_changes

RELEASED = Path(__file__).parents[2] / "released"

HINT = (
    "Within a version of a type only optional fields are added. Undo the change, or add a new version of the type "
    "beside this one: docs/adding-an-event.md"
)


def current() -> dict[str, Schema]:
    return {kind: json.loads(specs.schema(event)) for kind, event in EVENT_TYPES.items()}


def latest(folder: Path = RELEASED) -> tuple[str, dict[str, Schema]]:
    """Return the latest released version, and its schemas by type."""
    last = max((path for path in folder.iterdir() if path.is_dir()), key=lambda path: _order(path.name))
    return last.name, {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in last.glob("*.json")}


def breaks(
    released: Mapping[str, Schema], present: Mapping[str, Schema], *, may_remove: bool = False
) -> dict[str, list[str]]:
    """Return what the change from ``released`` to ``present`` breaks, by type.

    ``may_remove``: a major version may remove types, after the transition to their successors.
    """
    found = {
        kind: breaking_changes(old, present[kind]) if kind in present else ["the type is gone"]
        for kind, old in released.items()
        if kind in present or not may_remove
    }
    return {kind: problems for kind, problems in found.items() if problems}


def is_major(new: str, old: str) -> bool:
    """Return whether ``new`` is a later major version than ``old``."""
    return _order(new)[0] > _order(old)[0]


def write(new: str, folder: Path = RELEASED) -> None:
    """Write the current schemas as version ``new``. Raises ValueError if that would break compatibility."""
    present = current()
    if folder.exists():
        last, released = latest(folder)
        if _order(new) < _order(last) or (new == last and present != released):
            raise ValueError(f"{last} is released and can't change: raise the version in libs/contracts/pyproject.toml")
        found = breaks(released, present, may_remove=is_major(new, last))
        if found:
            raise ValueError(f"breaking changes since {last}: {json.dumps(found, indent=2)}\n{HINT}")
    target = folder / new
    target.mkdir(parents=True, exist_ok=True)
    for kind in present:
        (target / f"{kind}.json").write_text(specs.schema(EVENT_TYPES[kind]), encoding="utf-8")


def _order(released: str) -> tuple[int, ...]:
    return tuple(int(part) for part in released.split("."))


if __name__ == "__main__":
    write(version("pulseworks-contracts"))
