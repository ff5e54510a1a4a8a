"""The life of a delivery as data: its states, what leads from one to the next, and which of them are ends.

``Delivery.status`` accepts these transitions and no other; the tests walk the same table.
"""

from dataclasses import dataclass
from enum import StrEnum

from common.errors import AppError


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


@dataclass(frozen=True)
class Transition:
    source: Status
    target: Status
    when: str


INITIAL = Status.PENDING

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Status.PENDING, Status.SENDING, "every check passed; committed before the call"),
    Transition(Status.PENDING, Status.FAILED, "a check refused; nothing was sent"),
    Transition(Status.PENDING, Status.CANCELLED, "the schedule item was cancelled or moved"),
    Transition(Status.SENDING, Status.PUBLISHED, "accepted"),
    Transition(Status.SENDING, Status.FAILED, "rejected for good"),
    Transition(Status.SENDING, Status.PENDING, "rejected for now, or the call never left"),
    Transition(Status.SENDING, Status.RECONCILING, "no answer, an unclear one, a duplicate answer, or a crash"),
    Transition(Status.RECONCILING, Status.PUBLISHED, "found live"),
    Transition(Status.RECONCILING, Status.FAILED, "found rejected for good"),
    Transition(Status.RECONCILING, Status.PENDING, "shown not to have arrived, or found rejected for now"),
    Transition(Status.RECONCILING, Status.UNKNOWN, "not settled within the limit"),
    Transition(Status.UNKNOWN, Status.PUBLISHED, "found live, or a person says so"),
    Transition(Status.UNKNOWN, Status.FAILED, "found rejected for good"),
    Transition(Status.UNKNOWN, Status.PENDING, "a person says that it is not live and may be sent again"),
    Transition(Status.FAILED, Status.PENDING, "the schedule item came due anew with a higher revision"),
    Transition(Status.CANCELLED, Status.PENDING, "the schedule item came due anew with a higher revision"),
)

ALLOWED: dict[Status, frozenset[Status]] = {
    status: frozenset(t.target for t in TRANSITIONS if t.source is status) for status in Status
}

TERMINAL: frozenset[Status] = frozenset(status for status in Status if not ALLOWED[status])
"""Published, and nothing else."""

UNCERTAIN: frozenset[Status] = frozenset({Status.SENDING, Status.RECONCILING, Status.UNKNOWN})
"""The post may be live without our knowing it."""

SETTLED: frozenset[Status] = frozenset({Status.PUBLISHED, Status.FAILED, Status.CANCELLED})
"""Nothing more happens by itself."""


class TransitionRefusedError(AppError):
    """A bug, never an answer to a caller: the table above does not allow this step."""

    code = "delivery_transition_refused"
    title = "A delivery can't go from its state to that one"


def check(source: Status | None, target: Status) -> None:
    """Raise TransitionRefusedError unless a delivery may go from ``source`` (None: it is new) to ``target``."""
    allowed = frozenset({INITIAL}) if source is None else ALLOWED[source]
    if target not in allowed:
        raise TransitionRefusedError(f"A delivery that is {source or 'new'} can't become {target}.")
