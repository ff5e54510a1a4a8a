from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import OPEN_STATUSES, ItemStatus, ScheduleItem


class RestoredItemRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def maybe_sent(
        self, since: datetime, until: datetime, handed_over: Collection[UUID]
    ) -> Mapping[UUID, Sequence[UUID]]:
        """Return the open items of all accounts that may have gone out, by account, under the cross-account role.

        Their time was in the span, or they are among ``handed_over``: a person may have moved them into the span. A
        parked item whose time was before the span is not among them: its release makes it missed.
        """
        due = (ScheduleItem.status == ItemStatus.QUEUED) | (ScheduleItem.scheduled_for > since)
        statement = select(ScheduleItem.account_id, ScheduleItem.id).where(
            ScheduleItem.status.in_(OPEN_STATUSES),
            or_(due & (ScheduleItem.scheduled_for <= until), ScheduleItem.id.in_(handed_over)),
        )
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for account_id, item_id in await self._session.execute(statement):
            found[account_id].append(item_id)
        return found

    async def existing(self, item_ids: Collection[UUID]) -> set[UUID]:
        """Return which of the items exist, under the cross-account role."""
        return set(
            (await self._session.execute(select(ScheduleItem.id).where(ScheduleItem.id.in_(item_ids)))).scalars()
        )

    async def lock_open(self, item_ids: Collection[UUID]) -> Sequence[ScheduleItem]:
        statement = select(ScheduleItem).where(ScheduleItem.id.in_(item_ids), ScheduleItem.status.in_(OPEN_STATUSES))
        return (await self._session.execute(statement.order_by(ScheduleItem.id).with_for_update())).scalars().all()
