"""A stand-in's own time, which a test moves instead of sleeping."""

import asyncio
from datetime import UTC, datetime, timedelta

from sandbox.standin.store import Store

_TABLE = "clock"
_KEY = "offset_seconds"


class Clock:
    """The machine's time plus an offset that only grows, and that outlives a restart with the state file."""

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
        """Move time forward and wake whoever waits in `sleep_until`. Backwards is refused with ValueError."""
        if seconds < 0:
            raise ValueError(f"advance_seconds must not be negative, got {seconds}")
        self._store.put(_TABLE, _KEY, self.offset.total_seconds() + seconds)
        self.wake()

    def wake(self) -> None:
        """Let every sleeper look again at what it waits for."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep_until(self, when: datetime | None) -> None:
        """Return at `when`, or earlier when time was moved or `wake` called; None waits for those alone."""
        timeout = None if when is None else max(0.0, (when - self.now()).total_seconds())
        try:
            await asyncio.wait_for(self._moved.wait(), timeout)
        except TimeoutError:
            return
