"""The life of a delivery as data: its states, what leads from one to the next, and which of them are ends.

This is the one source. ``Outcomes`` takes its steps from it by cause, ``Delivery.status`` accepts no other, and the
model in ``tests/model`` explores the same table with everything around it that may go wrong (decision 7).
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
    """Committed before the call; found again without an answer, it means that the answer was lost."""
    RECONCILING = "reconciling"
    """It may be live: the provider's history is being searched for it."""
    UNKNOWN = "unknown"
    """Looking has not settled it in time; a person sees it and may."""
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """What makes a delivery take a step."""

    CHECKS_PASSED = "checks_passed"
    CHECK_REFUSED = "check_refused"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    WENT_ELSEWHERE = "went_elsewhere"
    REJECTED = "rejected"
    REJECTED_FOR_NOW = "rejected_for_now"
    RETRIES_SPENT = "retries_spent"
    NEVER_LEFT = "never_left"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    INTERRUPTED = "interrupted"
    SHOWN_ABSENT = "shown_absent"
    LIMIT_REACHED = "limit_reached"
    PERSON_SAYS_LIVE = "person_says_live"
    PERSON_SENDS_AGAIN = "person_sends_again"
    PERSON_GIVES_KEY_UP = "person_gives_key_up"
    DUE_AGAIN = "due_again"


class Guard(StrEnum):
    """What must hold in the transaction that takes the step."""

    LEASE = "the run still holds the lease of its claim"
    CHECKS = "the run still holds the lease of its claim, and every check of P3 holds by our own records"
    ABSENCE = "the lease; enough conclusive looks, begun after the settling time; the key was never refused as used"
    LIMIT = "the lease; uncertain for longer than the limit, and the last call has had its settling time"
    PERSON = "a person with the right to, while no run holds a lease"
    PERSON_KEY_FREE = "a person with the right to, while no run holds a lease; the key was never refused as used"
    PERSON_KEY_USED = "a person with the right to, while no run holds a lease; the key was refused as used"
    NEWER = "the schedule item's revision is higher than the one held"


class Key(StrEnum):
    """What becomes of the idempotency key of the next call."""

    KEEP = "keep"
    NEXT = "next"
    """It was refused, and Ayrshare refuses it from now on: a call that is still on its way can't take effect."""
    NEXT_IF_ACCOUNTED = "next_if_accounted"
    """This call was refused. An earlier one with the same key may still be on its way, and then the key stays."""


@dataclass(frozen=True)
class Transition:
    source: Status
    cause: Cause
    target: Status
    guard: Guard
    when: str
    key: Key = Key.KEEP
    tells: type[Event] | None = None
    """The one event that says so to the other services."""


INITIAL = Status.PENDING

_P, _S, _R, _U = Status.PENDING, Status.SENDING, Status.RECONCILING, Status.UNKNOWN
_LIVE, _DEAD, _BACK = Status.PUBLISHED, Status.FAILED, Status.CANCELLED
_REFUSED = Key.NEXT_IF_ACCOUNTED

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_P, Cause.CHECKS_PASSED, _S, Guard.CHECKS, "every check passed; committed before the call"),
    Transition(_P, Cause.CHECK_REFUSED, _DEAD, Guard.LEASE, "a check refused; nothing was sent", tells=PostFailed),
    Transition(_P, Cause.WITHDRAWN, _BACK, Guard.LEASE, "the schedule item was cancelled or moved"),
    Transition(_S, Cause.ACCEPTED, _LIVE, Guard.LEASE, "accepted", tells=PostPublished),
    Transition(_S, Cause.WENT_ELSEWHERE, _DEAD, Guard.LEASE, "posted on another account", _REFUSED, PostFailed),
    Transition(_S, Cause.REJECTED, _DEAD, Guard.LEASE, "rejected for good", _REFUSED, PostFailed),
    Transition(_S, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "rejected for now once too often", _REFUSED, PostFailed),
    Transition(_S, Cause.REJECTED_FOR_NOW, _P, Guard.LEASE, "rejected for now", _REFUSED),
    Transition(_S, Cause.NEVER_LEFT, _P, Guard.LEASE, "the call never left"),
    Transition(_S, Cause.UNCLEAR, _R, Guard.LEASE, "no answer, or one that does not say"),
    Transition(_S, Cause.DUPLICATE, _R, Guard.LEASE, "refused as known already: it probably is our own call"),
    Transition(_S, Cause.INTERRUPTED, _R, Guard.LEASE, "the run that called ended without recording an answer"),
    Transition(_R, Cause.ACCEPTED, _LIVE, Guard.LEASE, "found live", tells=PostPublished),
    Transition(_R, Cause.WENT_ELSEWHERE, _DEAD, Guard.LEASE, "found on another account", Key.NEXT, PostFailed),
    Transition(_R, Cause.REJECTED, _DEAD, Guard.LEASE, "found rejected for good", Key.NEXT, PostFailed),
    Transition(_R, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "found rejected for now too often", Key.NEXT, PostFailed),
    Transition(_R, Cause.REJECTED_FOR_NOW, _P, Guard.LEASE, "found rejected for now", Key.NEXT),
    Transition(_R, Cause.SHOWN_ABSENT, _P, Guard.ABSENCE, "shown not to have arrived"),
    Transition(_R, Cause.LIMIT_REACHED, _U, Guard.LIMIT, "not settled within the limit", tells=PostOutcomeUnknown),
    Transition(_U, Cause.ACCEPTED, _LIVE, Guard.LEASE, "found live after all", tells=PostPublished),
    Transition(_U, Cause.WENT_ELSEWHERE, _DEAD, Guard.LEASE, "found on another account", Key.NEXT, PostFailed),
    Transition(_U, Cause.REJECTED, _DEAD, Guard.LEASE, "found rejected for good after all", Key.NEXT, PostFailed),
    Transition(_U, Cause.RETRIES_SPENT, _DEAD, Guard.LEASE, "found rejected for now, too late", Key.NEXT, PostFailed),
    Transition(_U, Cause.PERSON_SAYS_LIVE, _LIVE, Guard.PERSON, "a person says that it is live", tells=PostPublished),
    Transition(_U, Cause.PERSON_SENDS_AGAIN, _P, Guard.PERSON_KEY_FREE, "a person says that it is not live"),
    Transition(_U, Cause.PERSON_GIVES_KEY_UP, _P, Guard.PERSON_KEY_USED, "likewise, and the key is refused", Key.NEXT),
    Transition(_DEAD, Cause.DUE_AGAIN, _P, Guard.NEWER, "the schedule item came due anew"),
    Transition(_BACK, Cause.DUE_AGAIN, _P, Guard.NEWER, "the schedule item came due anew"),
)

TABLE: Mapping[tuple[Status, Cause], Transition] = {(t.source, t.cause): t for t in TRANSITIONS}

ALLOWED: dict[Status, frozenset[Status]] = {
    status: frozenset(t.target for t in TRANSITIONS if t.source is status) for status in Status
}

TERMINAL: frozenset[Status] = frozenset(status for status in Status if not ALLOWED[status])
"""Published, and nothing else."""

UNCERTAIN: frozenset[Status] = frozenset({Status.SENDING, Status.RECONCILING, Status.UNKNOWN})
"""The post may be live without our knowing it."""

SETTLED: frozenset[Status] = frozenset({Status.PUBLISHED, Status.FAILED, Status.CANCELLED})
"""Nothing more happens by itself."""

TAKES_DUE: frozenset[Status] = frozenset({Status.PENDING, Status.FAILED, Status.CANCELLED})
"""Nothing can be live, so a newer revision of the schedule item may take the place of the one held."""

ABSENT_LOOKS = 2
"""Conclusive looks, begun after the settling time, that must not find the post before it is sent again."""


class TransitionRefusedError(AppError):
    """A bug, never an answer to a caller: the table above does not allow this step."""

    code = "delivery_transition_refused"
    title = "A delivery can't go from its state to that one"


def step(source: Status, cause: Cause) -> Transition:
    """Return the step that ``cause`` leads to. Raise TransitionRefusedError when the table has none."""
    transition = TABLE.get((source, cause))
    if transition is None:
        raise TransitionRefusedError(f"A delivery that is {source} takes no step for {cause}.")
    return transition


def rises(key: Key, *, uncertain: bool) -> bool:
    """Tell whether the next call gets another key (P4). ``uncertain``: a call with this one was never accounted for."""
    return key is Key.NEXT or (key is Key.NEXT_IF_ACCOUNTED and not uncertain)


def check(source: Status | None, target: Status) -> None:
    """Raise TransitionRefusedError unless a delivery may go from ``source`` (None: it is new) to ``target``."""
    allowed = frozenset({INITIAL}) if source is None else ALLOWED[source]
    if target not in allowed:
        raise TransitionRefusedError(f"A delivery that is {source or 'new'} can't become {target}.")
