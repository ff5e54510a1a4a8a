"""Removes the most important checks in a copy of the sources, and shows that the fault run then fails.

The product has no switch for this: the processes of these runs have the copy first on their path.
"""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .run import Report, fault_run, plan_of
from .system import source_folders
from .tally import Tally

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Change:
    """In this file, the match of this regular expression, which must occur exactly once, is replaced."""

    file: str
    old: str
    new: str
    optional: bool = False
    """Whether it may be missing."""


@dataclass(frozen=True)
class Mutant:
    name: str
    without: str
    changes: tuple[Change, ...]
    caught: Callable[[Tally], bool]
    """Whether the run failed for the reason that the missing check prevents."""


_INBOX = "libs/common/src/common/database/inbox.py"
_TRANSIENT = "libs/common/src/common/database/transient.py"
_PUBLISHER = "services/publisher/src/publisher"

MUTANTS = (
    Mutant(
        "fence",
        "nothing is committed before the call: after a crash it looks as if nothing had been sent",
        (
            Change(
                f"{_PUBLISHER}/deliveries/jobs.py",
                r"( +)return (Call\([^()]*\))",
                r"\1call = \2\n\1await session.rollback()\n\1return call",
            ),
            Change(
                f"{_PUBLISHER}/deliveries/jobs.py",
                r"( +)(await self\._record_verdict\([^()]*\))",
                r"\1if delivery.status == 'pending':\n"
                r"\1    await factory.transitions().start_sending(delivery)\n"
                r"\1\2",
            ),
        ),
        lambda tally: bool(tally.duplicates),
    ),
    Mutant(
        "reconciliation",
        "a lost response is taken for a failure, and the post is sent again",
        (
            Change(f"{_PUBLISHER}/protocol/states.py", r"(Transition\(_S, Cause\.UNCLEAR), _R", r"\1, _P"),
            Change(f"{_PUBLISHER}/protocol/states.py", r"(Transition\(_S, Cause\.INTERRUPTED), _R", r"\1, _P"),
        ),
        lambda tally: bool(tally.duplicates),
    ),
    Mutant(
        "inbox",
        "a redelivered event is handled again",
        (
            Change(_INBOX, r"return result\.first\(\) is not None", "return True"),
            Change(
                _INBOX, r"return set\(result\.scalars\(\)\)", "return {event.id for event in events}", optional=True
            ),
        ),
        lambda tally: bool(tally.duplicates or tally.breaches),
    ),
    Mutant(
        "hold",
        "a message waits only for an outage or a conflict; any other error of the database makes it a dead letter",
        (
            Change(
                _TRANSIENT,
                r'(def is_transient\(error: \w+\) -> bool:\n(?:    """[^"]*"""\n)?)',
                r"\1"
                '    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")\n'
                '    if state and state[:2] not in ("08", "40", "53", "55", "57"):\n'
                "        return False\n",
            ),
        ),
        lambda tally: bool(tally.dead_letters),
    ),
)


class MutantDoesNotApplyError(Exception):
    """The code to be changed by a mutant has changed. The text says where."""


def make_sources(mutant: Mutant, folder: Path, repository: Path = REPOSITORY) -> Path:
    """Copy the repository's sources into ``folder`` and apply the mutant. Raises MutantDoesNotApplyError."""
    for source in source_folders(repository):
        target = folder / source.relative_to(repository)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for change in mutant.changes:
        file = folder / change.file
        text = file.read_text(encoding="utf-8")
        changed, times = re.subn(change.old, change.new, text)
        if times != 1 and not (change.optional and times == 0):
            raise MutantDoesNotApplyError(
                f"{change.file} has {change.old!r} {times} times instead of once: fix the mutant {mutant.name}."
            )
        file.write_text(changed, encoding="utf-8")
    return folder


def run_mutant(mutant: Mutant, seed: int, write: Callable[[str], None], repository: Path = REPOSITORY) -> Report:
    """Run the short form on the mutant's code, without the provider's own protection."""
    plan = plan_of("short", seed, protected=False)
    with tempfile.TemporaryDirectory(prefix="pulseworks-mutant-") as temporary:
        sources = make_sources(mutant, Path(temporary) / "sources", repository)
        return asyncio.run(fault_run(Path(temporary) / "stack", plan, write, sources=sources))
