"""Work due at a time of the stand-in's clock: scheduled posts and webhook deliveries."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sandbox.standin import Clock

Job = Callable[[], Awaitable[None]]


class Agenda:
    """In-memory jobs by due time. Callers keep in the store what they need to add a job again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._running: set[asyncio.Task[None]] = set()

    def add(self, at: float, job: Job) -> None:
        """Run `job` once the clock shows `at` (UNIX seconds)."""
        heapq.heappush(self._heap, (at, next(self._order), job))
        self._clock.wake()

    def clear(self) -> None:
        """Remove all jobs that have not started."""
        self._heap.clear()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Run due jobs until the block ends. Running jobs are then cancelled."""
        loop = asyncio.create_task(self._run())
        try:
            yield
        finally:
            for task in (loop, *self._running):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await loop
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            now = self._clock.now().timestamp()
            while self._heap and self._heap[0][0] <= now:
                _, _, job = heapq.heappop(self._heap)
                task = asyncio.ensure_future(job())
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            await self._clock.sleep_until(datetime.fromtimestamp(self._heap[0][0], UTC) if self._heap else None)
