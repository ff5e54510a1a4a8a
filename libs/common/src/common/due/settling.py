"""What became of claimed rows, written down in batches."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import store
from common.due.table import Done, DueRow, DueTable, Outcome, Retry

log = structlog.get_logger(__name__)

BeforeSettling = Callable[[AsyncSession, Sequence[DueRow], Sequence[Outcome]], Awaitable[None]]

DATABASE_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
# Outcomes that come within this many seconds share a transaction. The row is leased: nobody waits for it.
_GATHER_SECONDS = 0.02
_PAUSE_SECONDS = 0.5


class Settling:
    """Gathers outcomes and settles them together; rows whose lease has gone to somebody else are left alone.

    ``postponed`` is told the Unix time at which the earliest postponed row is due again.
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
        self._wanted = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def add(self, row: DueRow, outcome: Done | Retry) -> None:
        self._outcomes.append((row, outcome))
        self._wanted.set()

    async def renew(self, at_work: Callable[[], list[DueRow]], lease: timedelta) -> None:
        """Prolong the leases of rows that are at work, or whose outcome could not be written yet."""
        async with self._one_at_a_time:  # two transactions over the same rows could wait for each other
            rows = [*at_work(), *(row for row, _ in self._outcomes)]
            if rows:
                async with self._database.transaction() as session:
                    await store.renew(session, self._table, rows, lease)

    async def run(self) -> None:
        """Settle whatever comes, for ever; while the database is away the outcomes are kept."""
        while True:
            await self._wanted.wait()
            try:
                await self.settle()
                await asyncio.sleep(_GATHER_SECONDS)
            except DATABASE_ERRORS as error:
                log.warning("due_settle_failed", table=self._table.qualified, error=repr(error))
                await asyncio.sleep(_PAUSE_SECONDS)
                self._wanted.set()

    async def settle(self) -> None:
        """Settle what there is now. Raises the database's errors, and keeps the outcomes then."""
        async with self._one_at_a_time:  # stopping waits here for a settlement that is under way
            self._wanted.clear()
            batch, self._outcomes = self._outcomes, []
            if not batch:
                return
            try:
                await self._write(batch)
            except BaseException:  # cancelled or failed, the outcomes must be kept; it is raised again
                self._outcomes = batch + self._outcomes
                raise

    async def _write(self, batch: list[tuple[DueRow, Outcome]]) -> None:
        finished = [row for row, outcome in batch if isinstance(outcome, Done)]
        again = [(row, outcome.after) for row, outcome in batch if isinstance(outcome, Retry)]
        async with self._database.transaction() as session:
            if self._before is not None:
                await self._before(session, [row for row, _ in batch], [outcome for _, outcome in batch])
            if finished:
                await store.finish(session, self._table, finished)
            if again:
                await store.postpone(session, self._table, [row for row, _ in again], [after for _, after in again])
        if again:
            self._postponed(time.time() + min(after for _, after in again).total_seconds())
