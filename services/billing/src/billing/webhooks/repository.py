from datetime import datetime
from typing import Any
from uuid import UUID

from common import due
from common.due import DueRow
from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from billing.models import STRIPE_EVENTS, StripeEvent


class StripeEventRepository:
    """Requests may only add events, and can't read them; the due loop's role reads and settles them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, *, processed_at: datetime | None, **values: Any) -> bool:
        """Store an event, due immediately unless it is already processed. Returns False for a duplicate."""
        due_at = None if processed_at else func.now()
        statement = insert(StripeEvent).values(processed_at=processed_at, due_at=due_at, **values)
        # naming the columns of the conflict would require the right to read them
        result = await self._session.execute(statement.on_conflict_do_nothing())
        stored = bool(getattr(result, "rowcount", 0))
        if stored and processed_at is None:
            await due.wake(self._session, STRIPE_EVENTS)
        return stored

    async def mark_processed(self, row: DueRow, now: datetime, account_id: UUID | None) -> None:
        await self._update(row, processed_at=now, error=None, account_id=account_id)

    async def mark_failed(self, row: DueRow, error: str) -> None:
        await self._update(row, error=error)

    async def _update(self, row: DueRow, **values: Any) -> None:
        """Update a claimed event, unless its lease has passed to another process."""
        await self._session.execute(
            update(StripeEvent).where(StripeEvent.id == row.id, StripeEvent.lease_owner == row.lease).values(values)
        )
