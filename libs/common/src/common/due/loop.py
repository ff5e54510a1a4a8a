"""The mechanism under relay, timers, generation and deliveries: claim, run, settle, sleep until the next."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import metrics, store
from common.due.table import Again, DueRow, DueTable, Finished, Outcome, Settled

log = structlog.get_logger(__name__)

Run = Callable[[DueRow], Awaitable[Outcome]]
BeforeSettling = Callable[[AsyncSession, Sequence[DueRow], Sequence[Outcome]], Awaitable[None]]

# A wake-up that got lost with its connection costs at most this long, in seconds.
LONGEST_SLEEP = 5.0
_FIRST = UUID(int=0)
_LONGEST_BACKOFF = timedelta(minutes=5)
_DATABASE_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def backoff(attempts: int) -> timedelta:
    """Return the pause after a run that failed for the ``attempts``-th time: 1 s, doubling, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), _LONGEST_BACKOFF)


class DueLoop:
    """Runs the rows of one table when they are due, on any number of replicas, each row under a lease.

    ``run`` is called for each claimed row, at most ``concurrency`` at once. What it returns is settled in batches;
    ``before_settling`` may add statements of its own to that transaction. A run that raises is logged and tried again
    after ``backoff``. After a crash the lease runs out and the row is claimed again with ``recovered`` set.

    With ``per_account`` the accounts take turns, and each has at most that many runs at once in this process: one with
    thousands of due rows does not hold up the others. The table then needs an index on ``(account_id, due_at)``.
    """

    def __init__(
        self,
        database: Database,
        table: DueTable,
        run: Run,
        *,
        concurrency: int = 10,
        batch: int = 100,
        lease: timedelta = timedelta(seconds=30),
        before_settling: BeforeSettling | None = None,
        per_account: int | None = None,
    ) -> None:
        self._database = database.loop
        self.table = table
        self._run = run
        self._concurrency = concurrency
        self._batch = min(batch, concurrency)
        self._lease = lease
        self._before_settling = before_settling
        self._per_account = per_account
        self._last_account = _FIRST
        self._in_flight: dict[asyncio.Task[None], DueRow] = {}
        self._outcomes: list[tuple[DueRow, Outcome]] = []
        self._settle_wanted = asyncio.Event()
        self._settling = asyncio.Lock()
        self._awake = asyncio.Event()
        self._stopping = False
        self._sleeping_until = 0.0
        self._last_turn = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._stopping = False
        self._last_turn = time.monotonic()
        name = self.table.channel
        self._tasks = [
            asyncio.create_task(self._listen(), name=f"{name}:listen"),
            asyncio.create_task(self._claim_and_run(), name=f"{name}:claim"),
            asyncio.create_task(self._settle(), name=f"{name}:settle"),
            asyncio.create_task(self._renew(), name=f"{name}:renew"),
        ]

    async def stop(self, grace: timedelta = timedelta(seconds=10)) -> None:
        """Claim nothing more, let what runs come to its end within ``grace``, settle it."""
        self._stopping = True
        self._awake.set()
        if self._in_flight:
            _, late = await asyncio.wait(list(self._in_flight), timeout=grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(*_DATABASE_ERRORS):  # whatever stays unsettled is claimed again when its lease ends
            await self._settle_now()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def wake(self) -> None:
        """Look for due rows now."""
        self._awake.set()

    async def check(self) -> None:
        """Raise when the loop has not turned for a while: it must not look healthy while nothing goes out."""
        silence = time.monotonic() - self._last_turn
        if silence > 3 * LONGEST_SLEEP:
            raise RuntimeError(f"the due loop of {self.table.qualified} has not run for {silence:.0f} s")

    async def _claim_and_run(self) -> None:
        pause = 0.2
        while not self._stopping:
            self._awake.clear()
            try:
                wait = await self._claim_turn()
                self._last_turn = time.monotonic()
                pause = 0.2
            except _DATABASE_ERRORS as error:
                log.warning("due_claim_failed", table=self.table.qualified, error=repr(error))
                wait, pause = pause, min(pause * 2, LONGEST_SLEEP)
            if wait > 0 and not self._stopping:
                self._sleeping_until = time.time() + wait
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), wait)

    async def _claim_turn(self) -> float:
        """Claim once and start the runs; return how long to sleep, in seconds."""
        free = self._concurrency - len(self._in_flight)
        if free <= 0:
            return LONGEST_SLEEP  # the end of a run wakes the loop
        limit = min(free, self._batch)
        async with self._database.transaction() as session:
            rows = await self._claim(session, limit)
            wait = 0.0 if len(rows) == limit else await self._seconds_until_next(session)
        for row in rows:
            metrics.LATENESS.labels(self.table.qualified).observe((row.claimed_at - row.due_at).total_seconds())
            task = asyncio.create_task(self._run_row(row), name=f"{self.table.qualified}:{row.id}")
            self._in_flight[task] = row
            task.add_done_callback(self._ran)
        metrics.IN_FLIGHT.labels(self.table.qualified).set(len(self._in_flight))
        if wait is None:
            return LONGEST_SLEEP
        # a row whose lease ended between the two statements is due now: never spin on it
        return 0.0 if len(rows) == limit else min(max(wait, 0.001), LONGEST_SLEEP)

    async def _claim(self, session: AsyncSession, limit: int) -> list[DueRow]:
        if self._per_account is None:
            return await store.claim(session, self.table, limit=limit, lease=self._lease)
        rows: list[DueRow] = []
        # on from the account that was last served, then once from the first one
        for after in dict.fromkeys((self._last_account, _FIRST)):
            held = Counter(row.account_id for row in [*self._in_flight.values(), *rows])
            claimed = await store.claim_by_account(
                session,
                self.table,
                limit=limit - len(rows),
                lease=self._lease,
                per_account=self._per_account,
                held=held,
                after=after,
            )
            if claimed:
                rows += claimed
                self._last_account = max(row.account_id for row in claimed)
            if len(rows) == limit:
                break
        return rows

    async def _seconds_until_next(self, session: AsyncSession) -> float | None:
        if self._per_account is None:
            return await store.seconds_until_next(session, self.table)
        # what is due and was not claimed belongs to accounts that have their share: the end of a run wakes the loop
        return await store.seconds_until_later(session, self.table)

    def _ran(self, task: asyncio.Task[None]) -> None:
        full = len(self._in_flight) >= self._concurrency
        row = self._in_flight.pop(task)
        if full or self._had_its_share(row.account_id):
            self._awake.set()

    def _had_its_share(self, account_id: UUID) -> bool:
        if self._per_account is None:
            return False
        still = sum(row.account_id == account_id for row in self._in_flight.values())
        return still + 1 >= self._per_account

    async def _run_row(self, row: DueRow) -> None:
        outcome: Outcome
        try:
            outcome = await self._run(row)
        except asyncio.CancelledError:
            raise
        except Exception:  # whatever a run raises, its row must come back and be seen, and the other rows go on
            log.exception("due_run_failed", table=self.table.qualified, id=str(row.id), attempts=row.attempts)
            metrics.FAILED_RUNS.labels(self.table.qualified).inc()
            outcome = Again(backoff(row.attempts))
        if not isinstance(outcome, Settled):
            self._outcomes.append((row, outcome))
            self._settle_wanted.set()

    async def _settle(self) -> None:
        while True:
            await self._settle_wanted.wait()
            try:
                await self._settle_now()
            except _DATABASE_ERRORS as error:
                log.warning("due_settle_failed", table=self.table.qualified, error=repr(error))
                await asyncio.sleep(0.5)
                self._settle_wanted.set()

    async def _settle_now(self) -> None:
        async with self._settling:  # stopping waits here for a settlement that is under way
            await self._settle_batch()

    async def _settle_batch(self) -> None:
        self._settle_wanted.clear()
        batch, self._outcomes = self._outcomes, []
        if not batch:
            return
        rows = [row for row, _ in batch]
        outcomes = [outcome for _, outcome in batch]
        finished = [row for row, outcome in batch if isinstance(outcome, Finished)]
        again = [(row, outcome.after) for row, outcome in batch if isinstance(outcome, Again)]
        try:
            async with self._database.transaction() as session:
                if self._before_settling is not None:
                    await self._before_settling(session, rows, outcomes)
                if finished:
                    await store.finish(session, self.table, finished)
                if again:
                    await store.postpone(session, self.table, [row for row, _ in again], [after for _, after in again])
        except BaseException:
            self._outcomes = batch + self._outcomes
            raise
        if again:
            self._wake_for(time.time() + min(after for _, after in again).total_seconds())

    def _wake_for(self, due: float) -> None:
        if due < self._sleeping_until:
            self._awake.set()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            rows = list(self._in_flight.values())
            if not rows:
                continue
            try:
                async with self._database.transaction() as session:
                    await store.renew(session, self.table, rows, self._lease)
            except _DATABASE_ERRORS as error:
                log.warning("due_renew_failed", table=self.table.qualified, error=repr(error))

    async def _listen(self) -> None:
        """Hold a connection that hears NOTIFY; whenever it breaks, look once and listen anew."""
        while True:
            try:
                connection = await asyncpg.connect(self._database.url, timeout=5)
            except _DATABASE_ERRORS:
                await asyncio.sleep(1)
                continue
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
            try:
                await connection.add_listener(self.table.channel, self._heard)
                self._awake.set()
                await lost.wait()
            except _DATABASE_ERRORS:
                await asyncio.sleep(1)
            finally:
                # terminate() alone leaves the end of the connection as an exception that nobody retrieves
                with contextlib.suppress(*_DATABASE_ERRORS):
                    await connection.close(timeout=1)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._wake_for(float(str(payload)) if payload else 0.0)
