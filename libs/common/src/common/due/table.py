from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True)
class DueTable:
    """A table whose rows become due.

    It has ``id``, ``account_id``, ``due_at`` (null: nothing to do), ``lease_owner`` and ``attempts``. A claim moves
    ``due_at`` to the end of the lease, so that a lease that ran out simply is due again and one index serves both.
    """

    schema: str
    name: str
    columns: tuple[str, ...] = ()
    """Further columns that a run wants to see. One called ``traceparent`` is the parent of the run's span."""
    finished: Literal["keep", "delete"] = "keep"
    """What becomes of a row that has nothing left to do."""

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
    """When it was due, which is not when it was claimed."""
    claimed_at: datetime
    """The database's time of the claim."""
    attempts: int
    """How often it has been claimed, this time included."""
    lease: UUID
    """Proof of the claim: who settles must hold the row's present lease."""
    redelivered: bool
    """The earlier lease ran out: somebody claimed the row and never settled it."""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """Nothing is left to do for the row."""


@dataclass(frozen=True)
class Retry:
    """The row must be due again ``after`` this long."""

    after: timedelta


@dataclass(frozen=True)
class Settled:
    """The run has settled the row itself, in its own transaction."""


Outcome = Done | Retry | Settled
