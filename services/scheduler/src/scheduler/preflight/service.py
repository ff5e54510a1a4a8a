from pulseworks_contracts import PreflightFailed, PreflightPassed
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.items.errors import ItemUnknownError
from scheduler.items.repository import ItemRepository
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import ItemStatus, ScheduleItem


class PreflightService:
    """Shows the results of preflight checks on queued items, while someone can still act."""

    def __init__(self, session: AsyncSession, lifecycle: ItemLifecycle) -> None:
        self._session = session
        self._items = ItemRepository(session)
        self._lifecycle = lifecycle

    async def passed(self, event: PreflightPassed) -> None:
        item = await self._checked_item(event)
        if item is not None:
            await self._lifecycle.clear_risk(item, event.data.checked_at)

    async def failed(self, event: PreflightFailed) -> None:
        item = await self._checked_item(event)
        if item is not None:
            await self._lifecycle.set_risk(item, event.data, event.data.checked_at)

    async def _checked_item(self, event: PreflightPassed | PreflightFailed) -> ScheduleItem | None:
        """Return the item, or None if it has changed since the check or a newer result is known."""
        await lock_account(self._session)
        item = await self._items.lock(event.data.item_id)
        if item is None:
            raise ItemUnknownError(f"there is no schedule item {event.data.item_id} in account {event.account_id}")
        if item.status != ItemStatus.QUEUED or item.revision != event.data.item_revision:
            return None
        if item.preflight_at is not None and event.data.checked_at <= item.preflight_at:
            return None
        return item
