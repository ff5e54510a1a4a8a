from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from common.auth import Principal
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.errors import (
    AlreadyHandedOverError,
    ItemAnsweredError,
    ItemFinishedError,
    ItemHeldError,
    ItemNotFoundError,
    ItemParkedError,
    SlotTakenError,
)
from scheduler.items.lifecycle import NO_OUTCOME, Lifecycle
from scheduler.items.repository import Calendar, ItemRepository
from scheduler.items.schemas import Live, NotLive
from scheduler.items.times import Now, check_future
from scheduler.locks import lock_account
from scheduler.models import HELD, ItemStatus, ScheduleItem
from scheduler.read_models.repository import ContentRepository
from scheduler.slots import Why, explicit_why, resolve
from scheduler.standing.service import StandingService
from scheduler.standing.standing import Standing


class ItemService:
    """Shows schedule items, and does with them what a person asks for."""

    def __init__(
        self,
        *,
        session: AsyncSession,
        contents: ContentRepository,
        items: ItemRepository,
        lifecycle: Lifecycle,
        standing: StandingService,
        now: Now,
    ) -> None:
        self._session = session
        self._contents = contents
        self._items = items
        self._lifecycle = lifecycle
        self._standing = standing
        self._now = now

    async def get(self, item_id: UUID) -> ScheduleItem:
        item = await self._items.get(item_id)
        if item is None:
            raise _not_found(item_id)
        return item

    async def calendar(
        self, calendar: Calendar, *, month: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ScheduleItem]:
        """Return items by time. ``month`` is one of the account's own calendar."""
        if month is not None:
            zone = (await self._standing.current()).zone_or_utc
            first = date.fromisoformat(f"{month}-01")
            following = (first + timedelta(days=31)).replace(day=1)
            calendar = replace(calendar, since=resolve(zone, first, 0).at, until=resolve(zone, following, 0).at)
        return await self._items.page(calendar, after, limit)

    async def cancel(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Cancel a post that still waits. Raises AlreadyHandedOverError (409) once a relay has taken it."""
        item = await self._locked(item_id)
        if item.status == ItemStatus.CANCELLED:
            return item
        _check_held(item)
        if not await self._lifecycle.cancel(item, "cancelled", user_id=principal.user_id):
            raise _too_late(item)
        return item

    async def move(self, item_id: UUID, at: datetime, principal: Principal) -> ScheduleItem:
        """Give a waiting post another time. Raises AlreadyHandedOverError (409) once a relay has taken it."""
        check_future(at, await self._now(self._session), "scheduled_for")
        at = at.astimezone(UTC)
        item = await self._locked(item_id)
        standing = await self._free_to_move(item, "moved")
        if at != item.scheduled_for:
            await self._set_time(item, at, explicit_why(at, standing.zone_or_utc), principal)
        return item

    async def publish_now(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Let a waiting post go out at once. All that scheduling asks for must hold now (P1).

        Raises AlreadyHandedOverError (409) once a relay has taken it.
        """
        item = await self._locked(item_id)
        standing = await self._free_to_move(item, "published")
        content = await self._contents.get(item.content_id)
        if content is None or not content.approved or content.content_hash != item.content_hash:
            raise ItemHeldError("Its content is not approved as it is here. Approve it.", code="content_not_approved")
        at = await self._now(self._session)
        await self._set_time(item, at, explicit_why(at, standing.zone_or_utc, kind="now"), principal)
        return item

    async def pause(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """Hold one post back until it is resumed. Raises AlreadyHandedOverError (409) once a relay has taken it."""
        item = await self._locked(item_id)
        _check_held(item)
        if item.paused_at is None:
            await self._lifecycle.pause(item, principal.user_id)
            holds = (await self._standing.current()).blockers(item)
            if not await self._lifecycle.park(item, holds, user_id=principal.user_id):
                raise _too_late(item)
        return item

    async def resume(self, item_id: UUID, principal: Principal) -> ScheduleItem:
        """End the pause of one post. It goes out if nothing else holds it, and is missed if its time went by."""
        item = await self._locked(item_id)
        _check_held(item)
        if item.paused_at is not None:
            await self._lifecycle.resume(item, principal.user_id)
            holds = (await self._standing.current()).blockers(item)
            if holds:
                await self._lifecycle.park(item, holds)
            else:
                await self._lifecycle.release(item, user_id=principal.user_id)
        return item

    async def resolve(self, item_id: UUID, resolution: Live | NotLive, principal: Principal) -> ScheduleItem:
        """Take a person's word for a post that the publisher never answered for."""
        item = await self._locked(item_id)
        if item.status == ItemStatus.SCHEDULED:
            raise _too_late(item)
        if item.status != ItemStatus.UNKNOWN or item.error_code != NO_OUTCOME:
            raise ItemAnsweredError(_why_answered(item))
        url = str(resolution.url) if isinstance(resolution, Live) else None
        await self._lifecycle.resolve(item, url, user_id=principal.user_id)
        return item

    async def _free_to_move(self, item: ScheduleItem, act: str) -> Standing:
        """Return the account's standing. Raises a ConflictError (409) when something holds the item, or it is late."""
        _check_held(item)
        standing = await self._standing.current()
        holds = standing.blockers(item)
        if holds:
            raise ItemParkedError(f"{holds[0].message} Then it can be {act}; it can be cancelled now.")
        return standing

    async def _set_time(self, item: ScheduleItem, at: datetime, why: Why, principal: Principal) -> None:
        if await self._items.is_taken(item.platform, at):
            raise SlotTakenError(f"Another post goes out on {item.platform} at {at.isoformat()}. Choose another time.")
        former = item.scheduled_for
        if not await self._lifecycle.move(item, at, why, user_id=principal.user_id):
            raise _too_late(item, former)

    async def _locked(self, item_id: UUID) -> ScheduleItem:
        await lock_account(self._session)
        item = await self._items.lock(item_id)
        if item is None:
            raise _not_found(item_id)
        return item


def _check_held(item: ScheduleItem) -> None:
    if item.status == ItemStatus.SCHEDULED:
        raise _too_late(item)
    if item.status == ItemStatus.UNKNOWN:
        raise ItemFinishedError(item.error_message)
    if item.status not in HELD:
        raise ItemFinishedError(f"It is {item.status}. Schedule the content anew if it shall go out at another time.")


def _why_answered(item: ScheduleItem) -> str:
    if item.status == ItemStatus.UNKNOWN:
        return "Resolve its delivery instead."
    return f"It is {item.status}. Only a post whose result we never received is resolved here."


def _not_found(item_id: UUID) -> ItemNotFoundError:
    return ItemNotFoundError(f"This account has no schedule item {item_id}.")


def _too_late(item: ScheduleItem, at: datetime | None = None) -> AlreadyHandedOverError:
    return AlreadyHandedOverError(
        f"The publisher took it for {(at or item.scheduled_for).isoformat()}. Its result appears here shortly."
    )
