"""Removes the most important checks in a copy of the sources, and shows that the fault run then fails.

The product has no switch for this: the processes of these runs have the copy first on their path.
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .run import Report, fault_run, plan_of
from .sources import REPOSITORY, Change, changed_sources
from .tally import Tally


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


def make_sources(mutant: Mutant, folder: Path, repository: Path = REPOSITORY) -> Path:
    """Copy the repository's sources into ``folder`` and apply the mutant. Raises ChangeDoesNotApplyError."""
    return changed_sources(f"the mutant {mutant.name}", mutant.changes, folder, repository)


def run_mutant(mutant: Mutant, seed: int, write: Callable[[str], None], repository: Path = REPOSITORY) -> Report:
    """Run the short form on the mutant's code, without the provider's own protection."""
    plan = plan_of("short", seed, protected=False)
    with tempfile.TemporaryDirectory(prefix="pulseworks-mutant-") as temporary:
        sources = make_sources(mutant, Path(temporary) / "sources", repository)
        return asyncio.run(fault_run(Path(temporary) / "stack", plan, write, sources=sources))
