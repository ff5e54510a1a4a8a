from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from common.auth import Principal
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import Now, lock_account
from scheduler.eligibility.rules import PostingEligibility
from scheduler.eligibility.service import EligibilityService
from scheduler.items.errors import ContentNotApprovedError, ItemNotFoundError, ItemParkedError, SlotTakenError
from scheduler.items.repository import ItemFilter, ItemRepository
from scheduler.items.rules import check_future, check_open, check_unanswered, handed_over, slot_taken
from scheduler.items.schemas import Live, NotLive
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import ItemStatus, ScheduleItem
from scheduler.read_models.repository import ContentRepository
from scheduler.slots.explanation import SlotExplanation
from scheduler.slots.planner import explain_chosen_time
from scheduler.slots.zones import resolve


class ItemService:
    """Lists schedule items, and changes one as a user requests."""

    def __init__(
        self, session: AsyncSession, eligibility: EligibilityService, lifecycle: ItemLifecycle, *, now: Now
    ) -> None:
        self._session = session
        self._contents = ContentRepository(session)
        self._items = ItemRepository(session)
        self._eligibility = eligibility
        self._lifecycle = lifecycle
        self._now = now

    async def get(self, item_id: UUID) -> ScheduleItem:
        item = await self._items.get(item_id)
        if item is None:
            raise _not_found(item_id)
        return item

    async def page(
        self, item_filter: ItemFilter, *, month: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ScheduleItem]:
        """Return items by time. ``month`` is a month in the account's time zone."""
        if month is not None:
            zone = (await self._eligibility.current()).zone_or_utc
            first = date.fromisoformat(f"{month}-01")
            next_month = (first + timedelta(days=31)).replace(day=1)
            since, until = resolve(zone, first, 0).at, resolve(zone, next_month, 0).at
            item_filter = replace(item_filter, since=since, until=until)
        return await self._items.page(item_filter, after, limit)

    async def cancel(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Cancel an open item. Raises AlreadyHandedOverError (409) once a relay has claimed it."""
        item = await self._lock(item_id)
        if item.status == ItemStatus.CANCELLED:
            return item
        check_open(item)
        if not await self._lifecycle.cancel(item, "cancelled", user_id=principal.user_id):
            raise handed_over(item.scheduled_for)
        return item

    async def move(self, item_id: UUID, at: datetime, principal: Principal) -> ScheduleItem:
        """Give a queued item another time. Raises AlreadyHandedOverError (409) once a relay has claimed it."""
        check_future(at, await self._now(self._session), "scheduled_for")
        at = at.astimezone(UTC)
        item = await self._lock(item_id)
        eligibility = await self._check_movable(item, "moved")
        if at != item.scheduled_for:
            await self._set_time(item, at, explain_chosen_time(at, eligibility.zone_or_utc), principal)
        return item

    async def publish_now(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Set the item's time to now. Everything that scheduling requires must hold now (P1).

        Raises AlreadyHandedOverError (409) once a relay has claimed it.
        """
        item = await self._lock(item_id)
        eligibility = await self._check_movable(item, "published")
        content = await self._contents.get(item.content_id)
        if content is None or not content.approved or content.content_hash != item.content_hash:
            raise ContentNotApprovedError(
                "This version of the content is no longer approved. Approve the current version and schedule it."
            )
        at = await self._now(self._session)
        await self._set_time(item, at, explain_chosen_time(at, eligibility.zone_or_utc, kind="now"), principal)
        return item

    async def pause(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Hold one post back until it is resumed. Raises AlreadyHandedOverError (409) once a relay has claimed it."""
        item = await self._lock(item_id)
        check_open(item)
        if item.paused_at is None:
            await self._lifecycle.pause(item, principal.user_id)
            blockers = (await self._eligibility.current()).blockers(item)
            if not await self._lifecycle.park(item, blockers, user_id=principal.user_id):
                raise handed_over(item.scheduled_for)
        return item

    async def resume(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """End the pause of one post. It is queued if it has no other blocker, and missed if its time has passed."""
        item = await self._lock(item_id)
        check_open(item)
        if item.paused_at is not None:
            await self._lifecycle.resume(item, principal.user_id)
            blockers = (await self._eligibility.current()).blockers(item)
            if blockers:
                await self._lifecycle.park(item, blockers)
            else:
                await self._lifecycle.release(item, user_id=principal.user_id)
        return item

    async def resolve(self, item_id: UUID, resolution: Live | NotLive, principal: Principal) -> ScheduleItem:
        """Settle a post whose outcome the publisher never reported."""
        item = await self._lock(item_id)
        check_unanswered(item)
        url = str(resolution.url) if isinstance(resolution, Live) else None
        await self._lifecycle.resolve(item, url, user_id=principal.user_id)
        return item

    async def _check_movable(self, item: ScheduleItem, change: str) -> PostingEligibility:
        """Return the account's eligibility. Raises a ConflictError (409) when the item is parked or not open."""
        check_open(item)
        eligibility = await self._eligibility.current()
        blockers = eligibility.blockers(item)
        if blockers:
            raise ItemParkedError(
                f"{blockers[0].message} After that the post can be {change}. It can be cancelled now."
            )
        return eligibility

    async def _set_time(
        self, item: ScheduleItem, at: datetime, explanation: SlotExplanation, principal: Principal
    ) -> None:
        if await self._items.is_taken(item.platform, at):
            raise SlotTakenError(slot_taken(item.platform, at))
        previous = item.scheduled_for
        if not await self._lifecycle.move(item, at, explanation, user_id=principal.user_id):
            raise handed_over(previous)

    async def _lock(self, item_id: UUID) -> ScheduleItem:
        await lock_account(self._session)
        item = await self._items.lock(item_id)
        if item is None:
            raise _not_found(item_id)
        return item


def _not_found(item_id: UUID) -> ItemNotFoundError:
    return ItemNotFoundError(f"This account has no schedule item {item_id}.")
