from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True)
class DueTable:
    """A table whose rows become due.

    It has ``id``, ``account_id``, ``due_at`` (null: nothing to do), ``lease_owner`` and ``attempts``. A claim moves
    ``due_at`` to the end of the lease: when the lease expires, the row is due again, and one index serves both cases.
    """

    schema: str
    name: str
    columns: tuple[str, ...] = ()
    """Further columns that a run needs. One called ``traceparent`` is the parent of the run's span."""
    finished: Literal["keep", "delete"] = "keep"
    """Whether a row is kept or deleted when nothing is left to do."""

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def channel(self) -> str:
        """The NOTIFY channel that wakes sleeping loops."""
        return f"due_{self.schema}_{self.name}"


@dataclass(frozen=True)
class DueRow:
    """A claimed row."""

    id: UUID
    account_id: UUID
    due_at: datetime
    """When the row was due, which is earlier than the claim."""
    claimed_at: datetime
    """The database's time of the claim."""
    attempts: int
    """How often it has been claimed, including this time."""
    lease: UUID
    """Identifies the claim: only the holder of the row's current lease may settle it."""
    redelivered: bool
    """The previous lease expired: an earlier claim was never settled."""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """Nothing is left to do for the row."""


@dataclass(frozen=True)
class Retry:
    """The row is due again ``after`` this time."""

    after: timedelta


@dataclass(frozen=True)
class Settled:
    """The run has settled the row itself, in its own transaction."""


Outcome = Done | Retry | Settled
