"""A stand-in's own time, which a test advances instead of sleeping."""

import asyncio
from datetime import UTC, datetime, timedelta

from sandbox.standin.store import Store

_TABLE = "clock"
_KEY = "offset_seconds"


class Clock:
    """The machine's time plus an offset that only grows. A state file keeps it across restarts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = asyncio.Event()

    @property
    def offset(self) -> timedelta:
        return timedelta(seconds=float(self._store.get(_TABLE, _KEY) or 0))

    def now(self) -> datetime:
        """Return the stand-in's time, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """Advance the time and wake all sleepers. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError(f"advance_seconds must not be negative, got {seconds}")
        self._store.put(_TABLE, _KEY, self.offset.total_seconds() + seconds)
        self.wake()

    def wake(self) -> None:
        """Wake all sleepers, so that they check their condition again."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep_until(self, when: datetime | None) -> None:
        """Return at `when`, or earlier after `advance` or `wake`. None waits for those only."""
        timeout = None if when is None else max(0.0, (when - self.now()).total_seconds())
        try:
            await asyncio.wait_for(self._moved.wait(), timeout)
        except TimeoutError:
            return
