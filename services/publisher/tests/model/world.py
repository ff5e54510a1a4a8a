"""The state: one delivery, its runs, calls in flight, the provider's memory, the bus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import Any, TypeVar

from publisher.protocol.states import ABSENT_LOOKUPS, INITIAL, TABLE, Cause, Status, Transition, takes_next_key

NOBODY, LOST = -1, -2
"""Leases other than those of the runs 0, 1, …: none, and one that expired or whose holder is dead."""


class At(IntEnum):
    """The progress of a run. Between any two of these it may stall, lose its lease, or die."""

    IDLE = 0
    CLAIMED = 1
    FENCED = 2
    """``sending`` is committed, the call has not left."""
    CALLING = 3
    ANSWERED = 4
    LOOKING = 5
    FOUND = 6


class Finding(IntEnum):
    """The result of a history lookup, other than the causes that settle the delivery."""

    ABSENT = 0
    NOTHING = 1
    """Unreadable, not far enough back, or an unfinished entry."""


class Entry(IntEnum):
    """What the provider keeps under a key. The best one takes precedence, as in ``find_post``."""

    NONE = 0
    FOR_NOW = 1
    REJECTED = 2
    ELSEWHERE = 3
    UNDER_WAY = 4
    LIVE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of the delivery that the protocol uses."""

    status: Status = INITIAL
    attempt: int = 0
    next_attempt: int = 1
    revision: int = 1
    """The newest revision of the schedule item that came due."""
    facts: int = 1
    """The revision whose content, target and time are frozen in the row."""
    key_used: bool = False
    uncertain: bool = False
    """A call with the current key has no definite result (``uncertain_since`` is set)."""
    repeated: bool = False
    """An earlier call with the current key has none either, so an old entry in the history may be from that call."""
    settled: bool = False
    absent: int = 0
    lease: int = NOBODY
    due: bool = True
    call_open: bool = False
    """The last attempt is not finished yet."""
    emitted: str = ""
    """The outcome event of the last transition."""


@dataclass(frozen=True, slots=True)
class Run:
    """One claimed run in one replica."""

    at: At = At.IDLE
    key: int = 0
    result: Cause | Finding | None = None
    stale: bool = False
    """So long after its fence that it must not call any more."""
    settled: bool = False
    """Its lookup began after the settling time."""


@dataclass(frozen=True, slots=True)
class Call:
    key: int
    caller: int
    """The run that waits for its answer, or NOBODY."""
    under_way: bool = False
    """It arrived and is neither live nor refused yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The provider's memory of one key."""

    entry: Entry = Entry.NONE
    used: bool = False
    shown: bool = True
    """The history contains it already."""


@dataclass(frozen=True, slots=True)
class State:
    row: Row | None = None
    runs: tuple[Run, ...] = ()
    calls: tuple[Call, ...] = ()
    keys: tuple[Kept, ...] = ()
    waiting: frozenset[str] = frozenset()
    """Messages that have not been handled yet."""
    known: int = 0
    """The newest revision of the schedule item in the read model."""
    mismatch: bool = False
    """By the read models, a check of P3 no longer passes."""
    effects: int = 0
    fences: int = 0
    unaccounted: frozenset[int] = frozenset()
    """Ghost variable: keys of calls without a definite result."""
    flaw: str = ""
    """What was wrong with the step that led here."""


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
    """Duplicates of a message are recognised. Without it each one may be repeated at any moment."""
    replicas: int = 2
    keys: int = 2
    """Attempts until ``retries`` are spent."""
    calls: int = 3
    """Calls until the post expires."""
    protection: bool = True
    """The provider refuses a used key."""
    assumption: bool = True
    """A call has landed, and is in the history, within the settling time."""
    careless: bool = False
    """A person may resolve an unknown outcome wrongly."""
    replaces_key: bool = True
    """A person may have a post sent again although the provider reports a used key or a duplicate."""


@dataclass(frozen=True)
class Rules:
    """The safeguards of the protocol, with the values of the code; the tests remove one at a time."""

    table: Mapping[tuple[Status, Cause], Transition] = field(default_factory=lambda: TABLE)
    absent_lookups: int = ABSENT_LOOKUPS
    fence: bool = True
    place: bool = True
    """The placement of a post is confirmed."""
    checks: bool = True
    settling: bool = True
    lease_checked: bool = True
    stall_checked: bool = True
    surfaces_settled: bool = True
    keeps_due: bool = True
    old_entries_ambiguous: bool = True
    lookups_dated: bool = True
    """A lookup counts from its beginning, not from its recording."""


T = TypeVar("T")


_FIELDS: dict[type, tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]] = {}


def replace(thing: T, **changes: object) -> T:
    """Replace fields as ``dataclasses.replace`` does, in half the time, which dominates the exploration."""
    kind = type(thing)
    if kind not in _FIELDS:
        names: tuple[str, ...] = kind.__match_args__  # type: ignore[attr-defined]  # every dataclass has it
        _FIELDS[kind] = attrgetter(*names), {name: place for place, name in enumerate(names)}
    values_of, places = _FIELDS[kind]
    values = list(values_of(thing))
    for name, value in changes.items():
        values[places[name]] = value
    return kind(*values)


class NoSuchTransitionError(LookupError):
    """The protocol needs a transition that the table does not have."""


def advance(row: Row, cause: Cause, rules: Rules) -> Row:
    """Make a transition of the table, as ``DeliveryTransitions._advance`` does."""
    transition = rules.table.get((row.status, cause))
    if transition is None:
        raise NoSuchTransitionError(f"the table has no transition from {row.status} for {cause}")
    emitted = transition.emits.__name__ if transition.emits is not None else ""
    if takes_next_key(transition.key, uncertain=row.uncertain):
        row = replace(row, next_attempt=row.attempt + 1, key_used=False, uncertain=False, repeated=False)
    return replace(row, status=transition.target, emitted=emitted, settled=False, absent=0)
