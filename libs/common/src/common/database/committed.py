"""The events that the transactions of a request have committed, for its `Consistency-Token`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.session import TenantSession

__all__ = ["CommittedEvents", "collect_committed_events", "note_event"]

CommittedEvents = list[tuple[str, UUID]]
"""(type, id) of each event, in the order of emission."""

_EMITTED = "emitted"
_committed: ContextVar[CommittedEvents | None] = ContextVar("committed_events", default=None)


@contextmanager
def collect_committed_events() -> Iterator[CommittedEvents]:
    """Collect the events that transactions commit inside the block."""
    collected: CommittedEvents = []
    reset = _committed.set(collected)
    try:
        yield collected
    finally:
        _committed.reset(reset)


def note_event(session: AsyncSession, type_: str, event_id: UUID) -> None:
    """Note an event that other services receive when this transaction has committed."""
    session.info.setdefault(_EMITTED, []).append((type_, event_id))


@event.listens_for(TenantSession, "after_commit")
def _keep_committed(session: TenantSession) -> None:
    if session.in_nested_transaction():  # a savepoint is released; what it did may still be rolled back
        return
    emitted = session.info.pop(_EMITTED, [])
    collected = _committed.get()
    if collected is not None:
        collected += emitted
