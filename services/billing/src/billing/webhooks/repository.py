from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.due import DueRow, wake
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from billing.models import STRIPE_EVENTS, StripeEvent


class StripeEventRepository:
    """Requests may only add events, and can't read them. All else needs the cross-account role."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, *, due: bool, **values: Any) -> bool:
        """Store an event; ``due``: to be processed now. Returns False for a duplicate."""
        statement = insert(StripeEvent).values(due_at=func.now() if due else None, **values)
        # naming the columns of the conflict would require the right to read them
        result = await self._session.execute(statement.on_conflict_do_nothing())
        stored = bool(getattr(result, "rowcount", 0))
        if stored and due:
            await wake(self._session, STRIPE_EVENTS)
        return stored

    async def mark_processed(self, row: DueRow, now: datetime, account_id: UUID | None) -> None:
        await self._update(row, processed_at=now, error=None, account_id=account_id)

    async def mark_failed(self, row: DueRow, error: str) -> None:
        await self._update(row, error=error)

    async def mark_set_aside(self, row: DueRow, now: datetime, reason: str) -> None:
        await self._update(row, set_aside_at=now, error=reason)

    async def list_set_aside(self, limit: int) -> Sequence[StripeEvent]:
        """Return those of all accounts, oldest first."""
        statement = select(StripeEvent).where(StripeEvent.set_aside_at.is_not(None))
        ordered = statement.order_by(StripeEvent.received_at, StripeEvent.id).limit(limit)
        return (await self._session.execute(ordered)).scalars().all()

    async def replay(self, event_id: str | None, limit: int) -> int:
        """Make events that were set aside due again, all or the one with this id at Stripe; return how many."""
        chosen = select(StripeEvent.id).where(StripeEvent.set_aside_at.is_not(None))
        if event_id is not None:
            chosen = chosen.where(StripeEvent.event_id == event_id)
        chosen = chosen.order_by(StripeEvent.received_at).limit(limit)
        replayed = await self._session.execute(
            update(StripeEvent)
            .where(StripeEvent.id.in_(chosen))
            .values(set_aside_at=None, due_at=func.now(), attempts=0)
            .returning(StripeEvent.id)
        )
        count = len(replayed.all())
        if count:
            await wake(self._session, STRIPE_EVENTS)
        return count

    async def remove(self, *, received_before: datetime) -> int:
        """Delete events that no longer wait for anything but an operator; return how many."""
        removed = await self._session.execute(
            delete(StripeEvent)
            .where(StripeEvent.received_at < received_before, StripeEvent.due_at.is_(None))
            .returning(StripeEvent.id)
        )
        return len(removed.all())

    async def _update(self, row: DueRow, **values: Any) -> None:
        """Update a claimed event, unless its lease has passed to another process."""
        await self._session.execute(
            update(StripeEvent).where(StripeEvent.id == row.id, StripeEvent.lease_owner == row.lease).values(values)
        )
