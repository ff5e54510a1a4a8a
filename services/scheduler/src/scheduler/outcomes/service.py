from uuid import UUID

import structlog
from pulseworks_contracts import PostDelayed, PostFailed, PostOutcomeUnknown, PostPublished
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.items.errors import ItemUnknownError
from scheduler.items.repository import ItemRepository
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import OPEN_STATUSES, ItemStatus, ScheduleItem

log = structlog.get_logger(__name__)

# A cancelled or parked item never reached the publisher, or a person has said that it is not live. Only an event that
# proves it live applies to it.
_SETTLED = {ItemStatus.PUBLISHED, ItemStatus.CANCELLED, ItemStatus.PARKED}

# a delay may arrive before the relay records that it handed the item over
_HANDED_OVER = {ItemStatus.QUEUED, ItemStatus.SCHEDULED}


class OutcomeService:
    """Records the outcomes of posts that the publisher reports."""

    def __init__(self, session: AsyncSession, lifecycle: ItemLifecycle) -> None:
        self._session = session
        self._items = ItemRepository(session)
        self._lifecycle = lifecycle

    async def delayed(self, event: PostDelayed) -> None:
        """Show why a post that was handed over has no outcome yet."""
        item = await self._locked(event)
        if item.status in _HANDED_OVER and event.data.revision > item.delivery_revision:
            self._lifecycle.delay(item, event.data)

    async def published(self, event: PostPublished) -> None:
        """Record that the post is live. This is final (P6) and replaces any other status."""
        item = await self._locked(event)
        if item.status == ItemStatus.PUBLISHED and event.data.revision <= item.delivery_revision:
            return
        self._lifecycle.publish(item, event.data)
        await self._cancel_successors(item)

    async def failed(self, event: PostFailed) -> None:
        item = await self._locked(event)
        if _applies(item, event.data.revision):
            self._lifecycle.fail(item, event.data)

    async def unknown(self, event: PostOutcomeUnknown) -> None:
        item = await self._locked(event)
        if _applies(item, event.data.revision):
            self._lifecycle.mark_unknown(item, event.data)
            await self._cancel_successors(item)

    async def end_wait(self, item_id: UUID) -> ScheduleItem | None:
        """End the wait for an outcome. Return the item, or None if its outcome has arrived meanwhile."""
        await lock_account(self._session)
        item = await self._items.lock(item_id)
        if item is None or item.status != ItemStatus.SCHEDULED:
            return None
        await self._lifecycle.mark_unanswered(item)
        return item

    async def _locked(self, event: PostDelayed | PostPublished | PostFailed | PostOutcomeUnknown) -> ScheduleItem:
        await lock_account(self._session)
        item = await self._items.lock(event.data.item_id)
        if item is None:
            raise ItemUnknownError(f"there is no schedule item {event.data.item_id} in account {event.account_id}")
        return item

    async def _cancel_successors(self, item: ScheduleItem) -> None:
        """Cancel the items that were to replace a post that failed: the content would appear twice."""
        for other in await self._items.lock_of_content(item.content_id, OPEN_STATUSES, platform=item.platform):
            if other.id != item.id and not await self._lifecycle.cancel(other, "cancelled"):
                log.warning("successor_already_handed_over", item_id=str(other.id), predecessor=str(item.id))


def _applies(item: ScheduleItem, revision: int) -> bool:
    return ItemStatus(item.status) not in _SETTLED and revision > item.delivery_revision
