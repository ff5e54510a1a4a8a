from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from common.auth import Principal
from common.errors import AppError
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import Now, lock_account
from scheduler.eligibility.rules import PostingEligibility
from scheduler.eligibility.service import EligibilityService
from scheduler.items.errors import ItemParkedError, SlotTakenError, TimeInPastError
from scheduler.items.repository import ItemRepository
from scheduler.items.rules import handed_over, slot_taken
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import OPEN_STATUSES, ItemStatus, ScheduleItem
from scheduler.planning.errors import AccountNotReadyError
from scheduler.slots.wall_time import explain_again
from scheduler.zone.rules import ShiftedItem, shifted_items
from scheduler.zone.schemas import ItemStays


@dataclass
class Realignment:
    moved: list[ScheduleItem] = field(default_factory=list)
    stays: list[ItemStays] = field(default_factory=list)


class ZoneService:
    """Scheduled posts and the account's time zone: which ones do not follow it, and how to move them.

    Nothing is stored about it, so a change of the zone and new zone data both show at once.
    """

    def __init__(
        self, session: AsyncSession, eligibility: EligibilityService, lifecycle: ItemLifecycle, *, now: Now
    ) -> None:
        self._session = session
        self._items = ItemRepository(session)
        self._eligibility = eligibility
        self._lifecycle = lifecycle
        self._now = now

    async def zone(self) -> ZoneInfo:
        zone = (await self._eligibility.current()).zone
        if zone is None:
            raise AccountNotReadyError(
                "Its time zone is not known to scheduling yet. This takes a few seconds after the sign-up: try again."
            )
        return zone

    async def count_shifted(self) -> int:
        """Return how many waiting posts go out at another local time than planned."""
        zone = (await self._eligibility.current()).zone_or_utc
        return len(shifted_items(await self._items.with_status(OPEN_STATUSES), zone))

    async def realign(self, principal: Principal) -> Realignment:
        """Move each shifted post to its planned local time, if that is still possible."""
        await self.zone()
        await lock_account(self._session)
        eligibility = await self._eligibility.current()
        result = Realignment()
        for shifted in shifted_items(await self._items.lock_with_status(OPEN_STATUSES), eligibility.zone_or_utc):
            try:
                await self._move(shifted, eligibility, principal)
            except AppError as error:
                result.stays.append(
                    ItemStays(item_id=shifted.item.id, code=error.code, message=error.detail or error.title)
                )
            else:
                result.moved.append(shifted.item)
        result.moved.sort(key=lambda item: (item.scheduled_for, item.platform))
        return result

    async def _move(self, shifted: ShiftedItem, eligibility: PostingEligibility, principal: Principal) -> None:
        item, at = shifted.item, shifted.planned.at
        local = f"{shifted.planned.local:%Y-%m-%d %H:%M}"
        if item.status == ItemStatus.PARKED:
            raise ItemParkedError("It is held back. Realign again when it is queued, or cancel it.")
        if at <= await self._now(self._session):
            raise TimeInPastError(f"Its planned time, {local} in {eligibility.zone_or_utc.key}, has passed.")
        if await self._items.is_taken(item.platform, at):
            raise SlotTakenError(slot_taken(item.platform, at))
        previous = item.scheduled_for
        explanation = explain_again(shifted.why, shifted.planned, eligibility.zone_or_utc)
        if not await self._lifecycle.move(item, at, explanation, user_id=principal.user_id):
            raise handed_over(previous)
        await self._session.flush()
