from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.restores.repository import RestoredItemRepository


class RestoreService:
    """Settles what a restored database can not know."""

    def __init__(self, session: AsyncSession, lifecycle: ItemLifecycle) -> None:
        self._session = session
        self._items = RestoredItemRepository(session)
        self._lifecycle = lifecycle

    async def mark(self, item_ids: Collection[UUID]) -> int:
        """Have a person decide about these items of the account. Return how many were still open."""
        await lock_account(self._session)
        items = await self._items.lock_open(item_ids)
        for item in items:
            await self._lifecycle.mark_restored(item)
        return len(items)
