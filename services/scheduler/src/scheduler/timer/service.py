"""Settles the items whose timers the relay sent or let expire, in its transaction and as the loop role."""

from collections.abc import Sequence

from common.clock import Clock
from common.due import DueRow
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import Now
from scheduler.items.repository import ItemRepository
from scheduler.lifecycle.events import POST_DUE
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.settings import Windows


class TimerService:
    def __init__(self, clock: Clock, now: Now, windows: Windows) -> None:
        self._clock = clock
        self._now = now
        self._windows = windows

    async def hand_over(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Mark the items whose timers the relay sent, and set until when to wait for their outcomes."""
        # the expiry in the event, not one from the current settings: until then the publisher may send the post
        expiries = {row.id: row.values["expires_at"] for row in _timers(rows)}
        if expiries:
            await ItemRepository(session).hand_over(expiries, self._windows.outcome)

    async def miss(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Mark the items missed whose timers expired before the relay could send them (P7)."""
        events = [row.id for row in _timers(rows)]
        if not events:
            return
        lifecycle = ItemLifecycle(session, self._clock, self._now, self._windows)
        message = f"It was overdue by more than {self._windows.missed} and was not sent late. Schedule it again."
        for item in await ItemRepository(session).lock_of_due_events(events):
            await lifecycle.miss(item, message, cause="overdue")


def _timers(rows: Sequence[DueRow]) -> list[DueRow]:
    return [row for row in rows if row.values["type"] == POST_DUE]
