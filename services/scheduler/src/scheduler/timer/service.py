"""What the relay tells about timers, in the transaction that removes their rows and under the loop role."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common.clock import Clock
from common.contracts import PostDue
from common.due import DueRow
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository

_POST_DUE = PostDue.model_fields["type"].default


class Timer:
    def __init__(self, clock: Clock, missed_window: timedelta) -> None:
        self._clock = clock
        self._missed_window = missed_window

    async def hand_over(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Note which items the publisher has now."""
        events = _timers(rows)
        if events:
            await ItemRepository(session).hand_over(events)

    async def miss(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Declare items missed whose window had closed before anybody could hand them over (P7)."""
        events = _timers(rows)
        if not events:
            return
        lifecycle = Lifecycle(session, self._clock, self._missed_window)
        message = f"It was overdue by more than {self._missed_window} and was not sent late. Schedule it anew."
        for item in await ItemRepository(session).lock_of_due_events(events):
            await lifecycle.miss(item, message)


def _timers(rows: Sequence[DueRow]) -> list[UUID]:
    return [row.id for row in rows if row.values["type"] == _POST_DUE]
