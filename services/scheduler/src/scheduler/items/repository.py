from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.database import Repository
from sqlalchemy import ARRAY, DateTime, Select, Uuid, cast, column, func, select, tuple_, update
from sqlalchemy.orm import defer

from scheduler.models import LIVE, ItemStatus, ScheduleItem

_BLOCKING = (*LIVE, ItemStatus.PUBLISHED, ItemStatus.UNKNOWN)
"""An item with one of these statuses forbids a second one of its content and platform."""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows. Instants are in UTC; ``until`` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    status: ItemStatus | None = None
    platform: str | None = None
    at_risk: bool | None = None


class ItemRepository(Repository[ScheduleItem]):
    model = ScheduleItem

    async def page(
        self, item_filter: ItemFilter, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[ScheduleItem]:
        """Return up to ``limit`` items by (scheduled_for, id), without payload and explanation."""
        statement = select(ScheduleItem).options(defer(ScheduleItem.payload), defer(ScheduleItem.why))
        if item_filter.since is not None:
            statement = statement.where(ScheduleItem.scheduled_for >= item_filter.since)
        if item_filter.until is not None:
            statement = statement.where(ScheduleItem.scheduled_for < item_filter.until)
        if item_filter.status is not None:
            statement = statement.where(ScheduleItem.status == item_filter.status)
        if item_filter.platform is not None:
            statement = statement.where(ScheduleItem.platform == item_filter.platform)
        if item_filter.at_risk is not None:
            at_risk = (ScheduleItem.status == ItemStatus.QUEUED) & ScheduleItem.at_risk_code.is_not(None)
            statement = statement.where(at_risk if item_filter.at_risk else ~at_risk)
        if after is not None:
            statement = statement.where(tuple_(ScheduleItem.scheduled_for, ScheduleItem.id) > tuple_(*after))
        statement = statement.order_by(ScheduleItem.scheduled_for, ScheduleItem.id).limit(limit)
        return (await self.session.execute(statement)).scalars().all()

    async def uncancelled_since(self, since: datetime, *, limit: int) -> Sequence[ScheduleItem]:
        """Return items whose time is at or after ``since``, by time, without cancelled ones."""
        statement = select(ScheduleItem).options(defer(ScheduleItem.why))
        statement = statement.where(ScheduleItem.scheduled_for >= since, ScheduleItem.status != ItemStatus.CANCELLED)
        statement = statement.order_by(ScheduleItem.scheduled_for, ScheduleItem.id).limit(limit)
        return (await self.session.execute(statement)).scalars().all()

    async def with_status(self, statuses: Collection[ItemStatus]) -> Sequence[ScheduleItem]:
        """Return items by time, without their payloads."""
        statement = select(ScheduleItem).options(defer(ScheduleItem.payload))
        statement = statement.where(ScheduleItem.status.in_(statuses)).order_by(ScheduleItem.scheduled_for)
        return (await self.session.execute(statement)).scalars().all()

    async def lock_with_status(self, statuses: Collection[ItemStatus]) -> Sequence[ScheduleItem]:
        return await self._locked(select(ScheduleItem).where(ScheduleItem.status.in_(statuses)))

    async def lock_of_content(
        self, content_id: UUID, statuses: Collection[ItemStatus], *, platform: str | None = None
    ) -> Sequence[ScheduleItem]:
        statement = select(ScheduleItem).where(ScheduleItem.content_id == content_id, ScheduleItem.status.in_(statuses))
        if platform is not None:
            statement = statement.where(ScheduleItem.platform == platform)
        return await self._locked(statement)

    async def lock_of_due_events(self, event_ids: Collection[UUID]) -> Sequence[ScheduleItem]:
        """Return the items whose timers these are and that are still queued."""
        return await self._locked(
            select(ScheduleItem).where(
                ScheduleItem.due_event_id.in_(event_ids), ScheduleItem.status == ItemStatus.QUEUED
            )
        )

    async def hand_over(self, expiries: Mapping[UUID, datetime], grace: timedelta) -> None:
        """Set the items whose timers these are to SCHEDULED. An item that has its outcome already keeps it.

        ``expiries`` maps a timer's event id to its expiry. ``grace`` after that, the wait for the outcome ends.
        """
        timers = (
            func.unnest(
                cast(list(expiries), ARRAY(Uuid)), cast(list(expiries.values()), ARRAY(DateTime(timezone=True)))
            )
            .table_valued(column("event_id", Uuid), column("expires_at", DateTime(timezone=True)))
            .render_derived("timers")
        )
        waiting = (
            select(ScheduleItem.id, timers.c.expires_at)
            .join(timers, ScheduleItem.due_event_id == timers.c.event_id)
            .where(ScheduleItem.status == ItemStatus.QUEUED)
            .order_by(ScheduleItem.id)
            .with_for_update(of=ScheduleItem)
            .cte("waiting")
        )
        await self.session.execute(
            update(ScheduleItem)
            .where(ScheduleItem.id == waiting.c.id)
            .values(
                status=ItemStatus.SCHEDULED,
                revision=ScheduleItem.revision + 1,
                due_event_id=None,
                due_at=waiting.c.expires_at + grace,
            )
            .execution_options(synchronize_session=False)
        )

    async def count_past_expiry(self, grace: timedelta) -> int:
        """Count items whose posts may no longer be sent and have no outcome yet. ``grace`` is that of ``hand_over``."""
        statement = select(func.count()).where(ScheduleItem.due_at <= func.now() + grace)
        return (await self.session.execute(statement)).scalar_one()

    async def _locked(self, statement: Select[ScheduleItem]) -> Sequence[ScheduleItem]:
        # always in id order: the relay and the consumers lock several at once
        statement = statement.order_by(ScheduleItem.id).with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalars().all()

    async def blocking(self, content_ids: Collection[UUID]) -> dict[tuple[UUID, str], ItemStatus]:
        """Return the statuses of items that forbid a second one, by content and platform."""
        statement = select(ScheduleItem.content_id, ScheduleItem.platform, ScheduleItem.status).where(
            ScheduleItem.content_id.in_(content_ids), ScheduleItem.status.in_(_BLOCKING)
        )
        rows = (await self.session.execute(statement)).all()
        return {(content_id, platform): ItemStatus(status) for content_id, platform, status in rows}

    async def instants(self, since: datetime, until: datetime) -> set[datetime]:
        """Return the times of the account's posts from ``since`` until before ``until``."""
        statement = select(ScheduleItem.scheduled_for).where(
            ScheduleItem.scheduled_for >= since,
            ScheduleItem.scheduled_for < until,
            ScheduleItem.status.in_(_BLOCKING),
        )
        return set((await self.session.execute(statement)).scalars())

    async def is_taken(self, platform: str, at: datetime) -> bool:
        """Return whether another post is to go out on the platform at exactly this instant."""
        statement = select(ScheduleItem.id).where(
            ScheduleItem.platform == platform, ScheduleItem.scheduled_for == at, ScheduleItem.status.in_(LIVE)
        )
        return (await self.session.execute(statement.limit(1))).first() is not None
