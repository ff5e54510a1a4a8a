"""The timed events of an item: rows of the outbox that wait for their time, set and voided with the item itself."""

from datetime import datetime, timedelta
from uuid import UUID

from common.messaging import outbox
from pulseworks_contracts import FrozenPost, PostDue, PostDueData, PostUpcoming
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.frozen import frozen
from scheduler.items.windows import Windows
from scheduler.models import ScheduleItem


class Timers:
    """The timer of an item is its PostDue. Before it goes PostUpcoming, which nothing depends on.

    What answers False came too late: a relay has claimed PostDue, and the publisher may have it.
    """

    def __init__(self, session: AsyncSession, windows: Windows) -> None:
        self._session = session
        self._windows = windows

    async def set(self, item: ScheduleItem) -> None:
        due = self._due(item)
        item.due_event_id = due.id
        await outbox.add(self._session, due, due_at=item.scheduled_for, expires_at=due.data.expires_at)
        await self._ask_for_check(item, self._windows.preflight)

    async def move(self, item: ScheduleItem) -> bool:
        """Set the timer to the item's present time."""
        due = self._due(item, item.due_event_id)
        if not await outbox.move(self._session, due, due_at=item.scheduled_for, expires_at=due.data.expires_at):
            return False
        await self._ask_for_check(item, self._windows.preflight)
        return True

    async def take_back(self, item: ScheduleItem) -> bool:
        if item.due_event_id is not None and not await outbox.void(self._session, item.due_event_id):
            return False
        await self._void_check(item)
        item.due_event_id = None  # last: a queued item without a timer must never reach the database
        return True

    async def ask_for_recheck(self, item: ScheduleItem, now: datetime) -> None:
        """Have an item that is at risk looked at once more shortly before its time, unless that is past."""
        if item.scheduled_for - self._windows.recheck > now:
            await self._ask_for_check(item, self._windows.recheck)

    def _due(self, item: ScheduleItem, event_id: UUID | None = None) -> PostDue:
        data = PostDueData(**frozen(item), expires_at=item.scheduled_for + self._windows.missed)
        due = PostDue(account_id=item.account_id, subject=str(item.id), data=data)
        return due if event_id is None else due.model_copy(update={"id": event_id})

    async def _ask_for_check(self, item: ScheduleItem, ahead: timedelta) -> None:
        await self._void_check(item)
        event = PostUpcoming(account_id=item.account_id, subject=str(item.id), data=FrozenPost(**frozen(item)))
        item.upcoming_event_id = event.id
        # when the post is nearer than that, the event's time is past and it goes at once
        due_at = item.scheduled_for - ahead
        await outbox.add(self._session, event, due_at=due_at, expires_at=item.scheduled_for)

    async def _void_check(self, item: ScheduleItem) -> None:
        """Take back a check that was not asked for yet. One that was says which revision it saw."""
        if item.upcoming_event_id is not None:
            await outbox.void(self._session, item.upcoming_event_id)
            item.upcoming_event_id = None
