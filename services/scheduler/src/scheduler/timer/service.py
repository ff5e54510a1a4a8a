"""What the relay tells about timers, in the transaction that removes their rows and under the loop role."""

from collections.abc import Sequence

from common.clock import Clock
from common.due import DueRow
from pulseworks_contracts import PostDue
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.items.times import Now
from scheduler.items.windows import Windows

_POST_DUE = PostDue.model_fields["type"].default


class Timer:
    def __init__(self, clock: Clock, now: Now, windows: Windows) -> None:
        self._clock = clock
        self._now = now
        self._windows = windows

    async def hand_over(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Note which items the publisher has now, and how long to wait for their outcomes."""
        # the expiry that the publisher was given, not that of today's settings: until then it may send the post
        expiries = {row.id: row.values["expires_at"] for row in _timers(rows)}
        if expiries:
            await ItemRepository(session).hand_over(expiries, self._windows.outcome)

    async def miss(self, session: AsyncSession, rows: Sequence[DueRow]) -> None:
        """Declare items missed whose window had closed before anybody could hand them over (P7)."""
        events = [row.id for row in _timers(rows)]
        if not events:
            return
        lifecycle = Lifecycle(session, self._clock, self._now, self._windows)
        message = f"It was overdue by more than {self._windows.missed} and was not sent late. Schedule it anew."
        for item in await ItemRepository(session).lock_of_due_events(events):
            await lifecycle.miss(item, message)


def _timers(rows: Sequence[DueRow]) -> list[DueRow]:
    return [row for row in rows if row.values["type"] == _POST_DUE]
