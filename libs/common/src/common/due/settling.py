"""Writes the outcomes of claimed rows in batches."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import DATABASE_ERRORS, Database
from common.due import store
from common.due.table import Done, DueRow, DueTable, Outcome, Retry

log = structlog.get_logger(__name__)

BeforeSettling = Callable[[AsyncSession, Sequence[DueRow], Sequence[Outcome]], Awaitable[None]]

# Outcomes within this many seconds share a transaction. The rows are leased, so nothing waits for them.
_COLLECT_SECONDS = 0.02
_PAUSE_SECONDS = 0.5


class Settling:
    """Collects outcomes and settles them in batches. A row that has been claimed by another process is left unchanged.

    ``postponed`` receives the Unix time at which the earliest postponed row is due again.
    """

    def __init__(
        self,
        database: Database,
        table: DueTable,
        before: BeforeSettling | None,
        postponed: Callable[[float], None],
    ) -> None:
        self._database = database
        self._table = table
        self._before = before
        self._postponed = postponed
        self._outcomes: list[tuple[DueRow, Outcome]] = []
        self._pending = asyncio.Event()
        self._lock = asyncio.Lock()

    def add(self, row: DueRow, outcome: Done | Retry) -> None:
        self._outcomes.append((row, outcome))
        self._pending.set()

    async def renew(self, in_flight: Callable[[], list[DueRow]], lease: timedelta) -> None:
        """Renew the leases of rows that are running, or whose outcome could not be written yet."""
        async with self._lock:  # two transactions over the same rows could deadlock
            rows = [*in_flight(), *(row for row, _ in self._outcomes)]
            if rows:
                async with self._database.transaction() as session:
                    await store.renew(session, self._table, rows, lease)

    async def run(self) -> None:
        """Settle outcomes until cancelled. While the database is unavailable they are kept."""
        while True:
            await self._pending.wait()
            try:
                await self.settle()
                await asyncio.sleep(_COLLECT_SECONDS)
            except DATABASE_ERRORS as error:
                log.warning("due_settle_failed", table=self._table.qualified, error=repr(error))
                await asyncio.sleep(_PAUSE_SECONDS)
                self._pending.set()

    async def settle(self) -> None:
        """Settle the outcomes collected so far. If the database fails, raises its error and keeps them."""
        async with self._lock:  # stop() waits here for a settlement in progress
            self._pending.clear()
            batch = list(self._outcomes)
            if not batch:
                return
            await self._write(batch)
            # only now: an error or a cancellation must lose none, and others were added meanwhile
            del self._outcomes[: len(batch)]

    async def _write(self, batch: list[tuple[DueRow, Outcome]]) -> None:
        done = [row for row, outcome in batch if isinstance(outcome, Done)]
        retried = [(row, outcome.after) for row, outcome in batch if isinstance(outcome, Retry)]
        async with self._database.transaction() as session:
            if self._before is not None:
                await self._before(session, [row for row, _ in batch], [outcome for _, outcome in batch])
            if done:
                await store.finish(session, self._table, done)
            if retried:
                await store.postpone(session, self._table, [row for row, _ in retried], [after for _, after in retried])
        if retried:
            self._postponed(time.time() + min(after for _, after in retried).total_seconds())
