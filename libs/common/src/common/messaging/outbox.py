"""The only way to emit: the event is a row of the transaction that makes it true. The relay sends it."""

from datetime import datetime
from uuid import UUID

from pulseworks_contracts import Event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common import due
from common.database.committed import note_event
from common.due import DueTable
from common.tracing import traceparent

__all__ = ["add", "move", "table", "void"]

_SERVICE = "service"


def table(service: str) -> DueTable:
    """Return the service's outbox as a due table: the relay is a due loop over it."""
    return DueTable(service, "outbox", columns=("type", "body", "expires_at", "created_at"), finished="delete")


async def add(
    session: AsyncSession, event: Event, *, due_at: datetime | None = None, expires_at: datetime | None = None
) -> None:
    """Emit ``event`` when this transaction commits, or at ``due_at``; after ``expires_at`` it is no longer sent.

    The event's source is the service that adds it, except for types that several services emit.
    """
    service = _service_of(session)
    sent = _as_sent(service, event)
    await session.execute(
        text(f"""
            INSERT INTO {service}.outbox (id, account_id, type, body, due_at, expires_at)
            VALUES (:id, :account_id, :type, :body, coalesce(CAST(:due_at AS timestamptz), now()), :expires_at)
        """),
        {
            "id": sent.id,
            "account_id": sent.account_id,
            "type": sent.type,
            "body": sent.to_json(),
            "due_at": due_at,
            "expires_at": expires_at,
        },
    )
    await due.wake(session, table(service), due_at)
    if due_at is None:
        note_event(session, sent.type, sent.id)


async def void(session: AsyncSession, event_id: UUID, *, claimed: bool = False) -> bool:
    """Remove an event that no relay has claimed yet. False: too late, it is being sent or was sent.

    With ``claimed`` it is removed even so: only while no relay runs.
    """
    service = _service_of(session)
    result = await session.execute(
        text(f"DELETE FROM {service}.outbox WHERE id = :id AND (attempts = 0 OR :claimed) RETURNING id"),
        {"id": event_id, "claimed": claimed},
    )
    return result.first() is not None


async def move(session: AsyncSession, event: Event, *, due_at: datetime, expires_at: datetime | None = None) -> bool:
    """Replace a waiting event's time and body; its id stays. False: too late, it is being sent or was sent."""
    service = _service_of(session)
    sent = _as_sent(service, event)
    result = await session.execute(
        text(f"""
            UPDATE {service}.outbox SET body = :body, due_at = :due_at, expires_at = :expires_at
            WHERE id = :id AND attempts = 0 RETURNING id
        """),
        {"id": sent.id, "body": sent.to_json(), "due_at": due_at, "expires_at": expires_at},
    )
    await due.wake(session, table(service), due_at)
    return result.first() is not None


def _as_sent(service: str, event: Event) -> Event:
    return event.model_copy(update={"source": f"/{service}", "traceparent": traceparent()})


def _service_of(session: AsyncSession) -> str:
    service: str = session.info[_SERVICE]
    return service
