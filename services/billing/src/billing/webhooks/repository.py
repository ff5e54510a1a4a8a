from datetime import datetime
from typing import Any

from common import due
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from billing.models import STRIPE_EVENTS, StripeEvent


class StripeEventRepository:
    """Adding events is all that a request may do with them; it can't even see them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, *, processed_at: datetime | None, **values: Any) -> bool:
        """Store an event, due at once unless there is nothing to do for it. False: it was stored before."""
        due_at = None if processed_at else func.now()
        statement = insert(StripeEvent).values(processed_at=processed_at, due_at=due_at, **values)
        # no columns are named for the conflict: that would ask for the right to read them
        result = await self._session.execute(statement.on_conflict_do_nothing())
        stored = bool(getattr(result, "rowcount", 0))
        if stored and processed_at is None:
            await due.wake(self._session, STRIPE_EVENTS)
        return stored
