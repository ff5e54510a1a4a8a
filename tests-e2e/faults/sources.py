"""Copies of the sources with changes, for processes that have the copy first on their path."""

import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Change:
    """In this file, the match of this regular expression, which must occur exactly once, is replaced."""

    file: str
    old: str
    new: str
    optional: bool = False
    """Whether it may be missing."""


class ChangeDoesNotApplyError(Exception):
    """The code to be changed has changed. The text says where."""


def changed_sources(name: str, changes: Iterable[Change], folder: Path, repository: Path = REPOSITORY) -> Path:
    """Copy the repository's sources into ``folder`` and change them. Raises ChangeDoesNotApplyError."""
    for source in source_folders(repository):
        target = folder / source.relative_to(repository)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for change in changes:
        file = folder / change.file
        text = file.read_text(encoding="utf-8")
        changed, times = re.subn(change.old, change.new, text)
        if times != 1 and not (change.optional and times == 0):
            raise ChangeDoesNotApplyError(
                f"{change.file} has {change.old!r} {times} times instead of once: fix {name}."
            )
        file.write_text(changed, encoding="utf-8")
    return folder


def source_folders(root: Path) -> list[Path]:
    return [*sorted(root.glob("services/*/src")), *sorted(root.glob("libs/*/src")), root / "sandbox" / "src"]


def python_path(sources: Path) -> dict[str, str]:
    """Return the environment in which a process runs this copy instead of the installed code."""
    return {"PYTHONPATH": os.pathsep.join(str(folder) for folder in source_folders(sources))}
