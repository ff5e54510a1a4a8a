"""What there is: one delivery, the runs that work on it, calls on their way, the provider's memory, the bus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import Any, TypeVar

from publisher.protocol.states import ABSENT_LOOKUPS, INITIAL, TABLE, Cause, Status, Transition, takes_next_key

NOBODY, LOST = -1, -2
"""Leases beside those of the runs 0, 1, …: none, and one that ran out or whose holder is dead."""


class At(IntEnum):
    """Where a run is. Between any two of these it may be stalled, lose its lease, or die."""

    IDLE = 0
    CLAIMED = 1
    FENCED = 2
    """``sending`` is committed, the call has not left."""
    CALLING = 3
    ANSWERED = 4
    LOOKING = 5
    FOUND = 6


class Finding(IntEnum):
    """What a look into the history brings, beside the causes that end the matter."""

    ABSENT = 0
    NOTHING = 1
    """Unreadable, not far enough back, or an entry that is still under way."""


class Entry(IntEnum):
    """What the provider keeps under a key. The best one wins, as in ``history.find``."""

    NONE = 0
    FOR_NOW = 1
    REJECTED = 2
    ELSEWHERE = 3
    UNDER_WAY = 4
    LIVE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """The delivery in the database, as far as its protocol goes."""

    status: Status = INITIAL
    attempt: int = 0
    next_attempt: int = 1
    revision: int = 1
    """Of the schedule item: the newest that came due here."""
    facts: int = 1
    """The revision whose content, target and time are frozen here."""
    key_used: bool = False
    uncertain: bool = False
    """A call with the present key was never accounted for (``uncertain_since`` is set)."""
    repeated: bool = False
    """Nor was an earlier call with the present key, so an old entry in the history may be that one's."""
    settled: bool = False
    absent: int = 0
    lease: int = NOBODY
    due: bool = True
    call_open: bool = False
    """The last attempt's row has no end yet."""
    told: str = ""
    """The outcome event of the last step."""


@dataclass(frozen=True, slots=True)
class Run:
    """One claimed run in one replica."""

    at: At = At.IDLE
    key: int = 0
    result: Cause | Finding | None = None
    stale: bool = False
    """So long since its fence that it must not call any more."""
    settled: bool = False
    """Its look began after the settling time."""


@dataclass(frozen=True, slots=True)
class Call:
    key: int
    caller: int
    """The run that waits for its answer, or NOBODY."""
    under_way: bool = False
    """Arrived, neither live nor refused yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The provider's memory of one key."""

    entry: Entry = Entry.NONE
    used: bool = False
    shown: bool = True
    """The history shows it already."""


@dataclass(frozen=True, slots=True)
class State:
    row: Row | None = None
    runs: tuple[Run, ...] = ()
    calls: tuple[Call, ...] = ()
    keys: tuple[Kept, ...] = ()
    waiting: frozenset[str] = frozenset()
    """Messages that have not been handled."""
    known: int = 0
    """The newest revision of the schedule item in the read model."""
    mismatch: bool = False
    """The read models say that a check of P3 no longer holds."""
    effects: int = 0
    fences: int = 0
    unaccounted: frozenset[int] = frozenset()
    """Ghost: keys of calls that nothing definite was ever learnt about."""
    flaw: str = ""
    """What the step that led here did wrong."""


SCHEDULED, DUE, CANCELLED, SCHEDULED_AGAIN, DUE_AGAIN, WITHDRAWN = "S1", "D1", "C2", "S3", "D3", "W"
MESSAGES: Mapping[str, str] = {
    SCHEDULED: "PostScheduled, revision 1",
    DUE: "PostDue, revision 1",
    CANCELLED: "PostCancelled, revision 2",
    SCHEDULED_AGAIN: "PostScheduled, revision 3",
    DUE_AGAIN: "PostDue, revision 3",
    WITHDRAWN: "an event after which a check of P3 refuses",
}


@dataclass(frozen=True)
class World:
    """What may happen around the protocol."""

    messages: frozenset[str] = frozenset({SCHEDULED, DUE})
    moved: bool = False
    """Revision 3 has other content, target or time than revision 1."""
    relinked: bool = False
    """Another Page is linked at any moment, also between the last check and the provider's call."""
    inbox: bool = True
    """Duplicates of a message are recognised. Without it each one may come again at any moment."""
    replicas: int = 2
    keys: int = 2
    """Attempts until ``retries`` are spent."""
    calls: int = 3
    """Calls until the post's time is over."""
    protection: bool = True
    """The provider refuses a used key."""
    assumption: bool = True
    """What is in flight has landed, and shows in the history, within the settling time."""
    careless: bool = False
    """A person may say anything about an unknown outcome, not only what is so."""
    replaces_key: bool = True
    """A person may have a post sent again although the provider says that it has the key or such a post."""


@dataclass(frozen=True)
class Rules:
    """What the protocol does. Everything that the code decides by comes from the code; tests break one at a time."""

    table: Mapping[tuple[Status, Cause], Transition] = field(default_factory=lambda: TABLE)
    absent_lookups: int = ABSENT_LOOKUPS
    fence: bool = True
    place: bool = True
    """Where a post has appeared is looked at."""
    checks: bool = True
    settling: bool = True
    lease_checked: bool = True
    stall_checked: bool = True
    surfaces_settled: bool = True
    keeps_due: bool = True
    old_entries_doubted: bool = True
    lookups_dated: bool = True
    """A look counts as of its beginning, not as of its recording."""


T = TypeVar("T")


_FIELDS: dict[type, tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]] = {}


def replace(thing: T, **changes: object) -> T:
    """Do what ``dataclasses.replace`` does, in half its time, which is most of the explorer's."""
    kind = type(thing)
    if kind not in _FIELDS:
        names: tuple[str, ...] = kind.__match_args__  # type: ignore[attr-defined]  # every dataclass has it
        _FIELDS[kind] = attrgetter(*names), {name: place for place, name in enumerate(names)}
    values_of, places = _FIELDS[kind]
    values = list(values_of(thing))
    for name, value in changes.items():
        values[places[name]] = value
    return kind(*values)


class NoSuchStepError(LookupError):
    """The protocol asks for a step that the table does not have."""


def advance(row: Row, cause: Cause, rules: Rules) -> Row:
    """Take a step of the table, as ``Outcomes._move`` does."""
    step = rules.table.get((row.status, cause))
    if step is None:
        raise NoSuchStepError(f"the table has no step from {row.status} for {cause}")
    told = step.emits.__name__ if step.emits is not None else ""
    if takes_next_key(step.key, uncertain=row.uncertain):
        row = replace(row, next_attempt=row.attempt + 1, key_used=False, uncertain=False, repeated=False)
    return replace(row, status=step.target, told=told, settled=False, absent=0)
