"""The delivery protocol as data: the states of a delivery, the transitions between them and their causes.

This is the only source. ``DeliveryTransitions`` looks up every step here by its cause, ``Delivery.status`` accepts no
other step, and ``tests/model`` explores the same table together with the faults around it (decision 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from common.errors import AppError
from pulseworks_contracts import Event, PostFailed, PostOutcomeUnknown, PostPublished


class Status(StrEnum):
    PENDING = "pending"
    """To be sent once the checks pass."""
    SENDING = "sending"
    """Committed before the call. A later run that finds it knows that the answer was lost."""
    RECONCILING = "reconciling"
    """The post may be live: the provider's history is searched for it."""
    UNKNOWN = "unknown"
    """The searches did not settle the outcome in time; a person can."""
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """Why a delivery changes its state."""

    CHECKS_PASSED = "checks_passed"
    CHECK_REFUSED = "check_refused"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    MISPLACED = "misplaced"
    REJECTED = "rejected"
    REJECTED_FOR_NOW = "rejected_for_now"
    RETRIES_SPENT = "retries_spent"
    NEVER_LEFT = "never_left"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    INTERRUPTED = "interrupted"
    SHOWN_ABSENT = "shown_absent"
    LIMIT_REACHED = "limit_reached"
    PERSON_MARKS_LIVE = "person_marks_live"
    PERSON_SENDS_AGAIN = "person_sends_again"
    PERSON_REPLACES_KEY = "person_replaces_key"
    DUE_AGAIN = "due_again"


class Guard(StrEnum):
    """What must hold in the transaction that makes the transition."""

    LEASE = "the run still holds the lease of its claim"
    CHECKS = "the run still holds the lease of its claim, and every check of P3 passes on our own records"
    ABSENCE = "the lease; enough conclusive lookups, begun after the settling time; the key was never refused as used"
    LIMIT = (
        "the lease; uncertain for longer than the limit, or no lookup is possible; and the settling time of the last "
        "call has passed"
    )
    PERSON = "a person with the permission, while no run holds a lease"
    PERSON_KEY_FREE = "a person with the permission, while no run holds a lease; the key was never refused as used"
    PERSON_KEY_USED = "a person with the permission, while no run holds a lease; the key was refused as used"
    NEWER = "the schedule item's revision is higher than the delivery's"


class Key(StrEnum):
    """Which idempotency key the next call uses."""

    KEEP = "keep"
    NEXT = "next"
    """The old key was refused, and Ayrshare keeps refusing it: a call still in flight can't take effect."""
    NEXT_IF_ACCOUNTED = "next_if_accounted"
    """This call was refused. If an earlier call with the same key may still be in flight, the key stays."""


@dataclass(frozen=True)
class Transition:
    source: Status
    cause: Cause
    target: Status
    guard: Guard
    when: str
    key: Key = Key.KEEP
    emits: type[Event] | None = None
    """The one event that announces the transition to the other services."""


INITIAL = Status.PENDING

_P, _S, _R, _U = Status.PENDING, Status.SENDING, Status.RECONCILING, Status.UNKNOWN
_LIVE, _DEAD, _BACK = Status.PUBLISHED, Status.FAILED, Status.CANCELLED
_REFUSED = Key.NEXT_IF_ACCOUNTED

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_P, Cause.CHECKS_PASSED, _S, Guard.CHECKS, "every check passed; committed before the call"),
    Transition(_P, Cause.CHECK_REFUSED, _DEAD, Guard.LEASE, "a check refused; nothing was sent", emits=PostFailed),
    Transition(_P, Cause.WITHDRAWN, _BACK, Guard.LEASE, "the schedule item was cancelled or moved"),
    Transition(_S, Cause.ACCEPTED, _LIVE, Guard.LEASE, "accepted", emits=PostPublished),
    Transition(_S, Cause.MISPLACED, _DEAD, Guard.LEASE, "posted on another account", _REFUSED, PostFailed),
    Transition(_S, Cause.REJECTED, _DEAD, Guard.LEASE, "rejected permanently", _REFUSED, PostFailed),
    Transition(_S, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "rejected for now once too often", _REFUSED, PostFailed),
    Transition(_S, Cause.REJECTED_FOR_NOW, _P, Guard.LEASE, "rejected for now", _REFUSED),
    Transition(_S, Cause.NEVER_LEFT, _P, Guard.LEASE, "the call never left"),
    Transition(_S, Cause.UNCLEAR, _R, Guard.LEASE, "no answer, or an inconclusive one"),
    Transition(_S, Cause.DUPLICATE, _R, Guard.LEASE, "refused as a duplicate: probably of our own call"),
    Transition(_S, Cause.INTERRUPTED, _R, Guard.LEASE, "the run that called ended without recording an answer"),
    Transition(_R, Cause.ACCEPTED, _LIVE, Guard.LEASE, "found live", emits=PostPublished),
    Transition(_R, Cause.MISPLACED, _DEAD, Guard.LEASE, "found on another account", Key.NEXT, PostFailed),
    Transition(_R, Cause.REJECTED, _DEAD, Guard.LEASE, "found permanently rejected", Key.NEXT, PostFailed),
    Transition(_R, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "found rejected for now too often", Key.NEXT, PostFailed),
    Transition(_R, Cause.REJECTED_FOR_NOW, _P, Guard.LEASE, "found rejected for now", Key.NEXT),
    Transition(_R, Cause.SHOWN_ABSENT, _P, Guard.ABSENCE, "shown not to have arrived"),
    Transition(_R, Cause.LIMIT_REACHED, _U, Guard.LIMIT, "not settled within the limit", emits=PostOutcomeUnknown),
    Transition(_U, Cause.ACCEPTED, _LIVE, Guard.LEASE, "found live after all", emits=PostPublished),
    Transition(_U, Cause.MISPLACED, _DEAD, Guard.LEASE, "found on another account", Key.NEXT, PostFailed),
    Transition(_U, Cause.REJECTED, _DEAD, Guard.LEASE, "found permanently rejected after all", Key.NEXT, PostFailed),
    Transition(_U, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "found rejected for now, too late", Key.NEXT, PostFailed),
    Transition(_U, Cause.PERSON_MARKS_LIVE, _LIVE, Guard.PERSON, "a person marks it as live", emits=PostPublished),
    Transition(_U, Cause.PERSON_SENDS_AGAIN, _P, Guard.PERSON_KEY_FREE, "a person found that it is not live"),
    Transition(_U, Cause.PERSON_REPLACES_KEY, _P, Guard.PERSON_KEY_USED, "the same, and the key is refused", Key.NEXT),
    Transition(_DEAD, Cause.DUE_AGAIN, _P, Guard.NEWER, "the schedule item came due again"),
    Transition(_BACK, Cause.DUE_AGAIN, _P, Guard.NEWER, "the schedule item came due again"),
)

TABLE: Mapping[tuple[Status, Cause], Transition] = {(t.source, t.cause): t for t in TRANSITIONS}

ALLOWED: dict[Status, frozenset[Status]] = {
    status: frozenset(t.target for t in TRANSITIONS if t.source is status) for status in Status
}

TERMINAL: frozenset[Status] = frozenset(status for status in Status if not ALLOWED[status])
"""Published alone."""

UNCERTAIN: frozenset[Status] = frozenset({Status.SENDING, Status.RECONCILING, Status.UNKNOWN})
"""The post may be live without our knowledge."""

SETTLED: frozenset[Status] = frozenset({Status.PUBLISHED, Status.FAILED, Status.CANCELLED})
"""Nothing more happens automatically."""

TAKES_DUE: frozenset[Status] = frozenset({Status.PENDING, Status.FAILED, Status.CANCELLED})
"""Nothing can be live, so a newer revision of the schedule item may replace the delivery's."""

ABSENT_LOOKUPS = 2
"""Conclusive lookups, begun after the settling time, that must not find the post before it is sent again."""


class TransitionRefusedError(AppError):
    """The table has no such transition. This is a bug, never an answer to a caller."""

    code = "delivery_transition_refused"
    title = "Delivery state transition not allowed"


def transition_for(source: Status, cause: Cause) -> Transition:
    """Return the transition of ``cause``. Raises TransitionRefusedError when the table has none."""
    transition = TABLE.get((source, cause))
    if transition is None:
        raise TransitionRefusedError(f"A delivery that is {source} has no transition for {cause}.")
    return transition


def takes_next_key(key: Key, *, uncertain: bool) -> bool:
    """Return whether the next call uses a new key (P4). ``uncertain``: an earlier call with this one has no result."""
    return key is Key.NEXT or (key is Key.NEXT_IF_ACCOUNTED and not uncertain)


def require_allowed(source: Status | None, target: Status) -> None:
    """Raise TransitionRefusedError unless a delivery may go from ``source`` (None: it is new) to ``target``."""
    allowed = frozenset({INITIAL}) if source is None else ALLOWED[source]
    if target not in allowed:
        raise TransitionRefusedError(f"A delivery that is {source or 'new'} can't become {target}.")
