"""The loop behind relay, timers, generation and deliveries: claim, run, settle, sleep until the next row is due."""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from opentelemetry import trace

from common.database import DATABASE_ERRORS, Database, is_transient
from common.due import metrics
from common.due.claim_connection import ClaimConnection
from common.due.settling import BeforeSettling, Settling
from common.due.table import DueRow, DueTable, Outcome, Retry, Settled
from common.tracing import row_span

log = structlog.get_logger(__name__)

Run = Callable[[DueRow], Awaitable[Outcome]]
RunMany = Callable[[Sequence[DueRow]], Awaitable[Sequence[Outcome]]]

FINISH_WITHIN = timedelta(seconds=10)
"""For runs that may be cut: what they have not saved is done again."""

# In seconds. A wake-up that is lost with its connection delays a row by at most this.
LONGEST_SLEEP = 5.0
# Rows that fall due within this many seconds are claimed in one batch: a claim costs more than a row.
_BATCHING_SECONDS = 0.003
_LONGEST_BACKOFF = timedelta(minutes=5)
# After a failure of the database. While it is unreachable nothing is claimed, so this is no load on it.
_TRANSIENT_PAUSE = timedelta(seconds=5)


def backoff(attempts: int) -> timedelta:
    """Return the pause after the ``attempts``-th claim, whose run failed: 1 s, doubling, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), _LONGEST_BACKOFF)


class DueLoop:
    """Runs the rows of one table when they are due, on any number of replicas, each row under a lease.

    ``run`` is called for each claimed row, at most ``concurrency`` at once. What it returns is settled in batches;
    ``before_settling`` may add statements of its own to that transaction. A run that raises is logged and retried
    after ``backoff``, or after 5 seconds at most if the database failed. After a crash the lease expires and the row
    is claimed again with ``redelivered`` set.

    ``run_many`` instead of ``run`` receives the rows of a claim and returns their outcomes in the same order.

    With ``per_account`` the accounts take turns, and each has at most that many runs at once in this process, so an
    account with thousands of due rows does not delay the others. The table then needs an index on
    ``(account_id, due_at)``.

    ``finish_within`` is how long runs may take to finish after ``stop``. Then they are cancelled, and their rows are
    claimed again when the lease expires.
    """

    def __init__(
        self,
        database: Database,
        table: DueTable,
        run: Run | None = None,
        *,
        run_many: RunMany | None = None,
        concurrency: int = 10,
        batch: int = 100,
        lease: timedelta = timedelta(seconds=30),
        before_settling: BeforeSettling | None = None,
        per_account: int | None = None,
        finish_within: timedelta = FINISH_WITHIN,
    ) -> None:
        if (run is None) == (run_many is None):
            raise ValueError("a due loop has either run or run_many")
        self._database = database.cross_account
        self.table = table
        self._run = run
        self._run_many = run_many
        self._concurrency = concurrency
        self._batch = min(batch, concurrency)
        self._lease = lease
        self._per_account = per_account
        self.finish_within = finish_within
        self._in_flight: dict[asyncio.Task[None], Sequence[DueRow]] = {}
        self._running_rows = 0
        self._connection = ClaimConnection(self._database, table, self._notified)
        self._settling = Settling(self._database, table, before_settling, self._wake_for)
        self._lateness = metrics.LATENESS.labels(table.qualified)
        # from the start, because Prometheus sees no increase in the first value of a series
        self._failed_runs = metrics.FAILED_RUNS.labels(table.qualified)
        self._awake = asyncio.Event()
        self._stopping = False
        self._sleeping_until = 0.0
        self._last_claim_at = time.monotonic()
        self._claiming: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._stopping = False
        self._last_claim_at = time.monotonic()
        name = self.table.channel
        self._claiming = asyncio.create_task(self._claim_and_run(), name=f"{name}:claim")
        self._tasks = [
            self._claiming,
            asyncio.create_task(self._settling.run(), name=f"{name}:settle"),
            asyncio.create_task(self._renew(), name=f"{name}:renew"),
        ]

    async def stop(self) -> None:
        """Stop claiming, give running rows the time to finish, and settle them."""
        deadline = time.monotonic() + self.finish_within.total_seconds()
        self._stopping = True
        self._awake.set()
        if self._claiming is not None:
            # not cancelled: the rows of a claim in progress would wait for the end of their lease
            await asyncio.wait([self._claiming], timeout=self.finish_within.total_seconds())
        if self._in_flight:
            left = max(0.0, deadline - time.monotonic())
            _, late = await asyncio.wait(list(self._in_flight), timeout=left)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(*DATABASE_ERRORS):  # unsettled rows are claimed again when their lease ends
            await self._settling.settle()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._connection.close()

    def wake(self) -> None:
        """Claim now instead of at the next due time."""
        self._awake.set()

    async def check(self) -> None:
        """Raise RuntimeError if the loop has not claimed for a while: it must not look healthy while nothing runs."""
        silence = time.monotonic() - self._last_claim_at
        if silence > 3 * LONGEST_SLEEP:
            raise RuntimeError(f"the due loop of {self.table.qualified} has not run for {silence:.0f} s")

    async def _claim_and_run(self) -> None:
        pause = 0.2
        while not self._stopping:
            self._awake.clear()
            # A NOTIFY during a claim may concern a row the claim missed; always honour it.
            self._sleeping_until = math.inf
            try:
                wait = await self._claim_once()
                self._last_claim_at = time.monotonic()
                pause = 0.2
            except DATABASE_ERRORS as error:
                log.warning("due_claim_failed", table=self.table.qualified, error=repr(error))
                await self._connection.close()
                wait, pause = pause, min(pause * 2, LONGEST_SLEEP)
            if wait > 0 and not self._stopping:
                self._sleeping_until = time.time() + wait
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), wait)
                await asyncio.sleep(self._last_claim_at + _BATCHING_SECONDS - time.monotonic())

    async def _claim_once(self) -> float:
        """Claim once and start the runs; return how long to sleep, in seconds."""
        free = self._concurrency - self._running_rows
        if free <= 0:
            return LONGEST_SLEEP  # a run that ends wakes the loop
        rows, wait = await self._claim(min(free, self._batch))
        for row in rows:
            self._lateness.observe((row.claimed_at - row.due_at).total_seconds())
        if rows and self._run_many is not None:
            self._start(self._run_all(self._run_many, rows), rows)
        elif self._run is not None:
            for row in rows:
                self._start(self._run_row(self._run, row), [row])
        metrics.IN_FLIGHT.labels(self.table.qualified).set(self._running_rows)
        if wait is None:
            return LONGEST_SLEEP
        # a row that became due between two statements has a wait near zero: never spin on it
        return 0.0 if wait == 0.0 else min(max(wait, 0.001), LONGEST_SLEEP)

    def _start(self, run: Coroutine[object, object, None], rows: Sequence[DueRow]) -> None:
        task = asyncio.create_task(run, name=f"{self.table.qualified}:{rows[0].id}")
        self._in_flight[task] = rows
        self._running_rows += len(rows)
        task.add_done_callback(self._ran)

    async def _claim(self, limit: int) -> tuple[list[DueRow], float | None]:
        """Return claimed rows, and the seconds until the next is due: 0 when there may be more now."""
        if self._per_account is None:
            return await self._connection.claim(limit, self._lease)
        in_flight = Counter(row.account_id for row in self._rows_in_flight())
        return await self._connection.claim_in_turns(
            limit, self._lease, per_account=self._per_account, in_flight=in_flight
        )

    def _rows_in_flight(self) -> list[DueRow]:
        return [row for rows in self._in_flight.values() for row in rows]

    def _ran(self, task: asyncio.Task[None]) -> None:
        full = self._running_rows >= self._concurrency
        rows = self._in_flight.pop(task)
        self._running_rows -= len(rows)
        if full or self._had_full_share(rows[0].account_id):
            self._awake.set()

    def _had_full_share(self, account_id: UUID) -> bool:
        if self._per_account is None:
            return False
        still = sum(row.account_id == account_id for row in self._rows_in_flight())
        return still + 1 >= self._per_account

    async def _run_row(self, run: Run, row: DueRow) -> None:
        with row_span(self.table.qualified, row.values.get("traceparent")) as span:
            try:
                outcome = await run(row)
            except Exception as error:  # noqa: BLE001 - whatever a run raises, its row must come back and be seen
                span.set_status(trace.StatusCode.ERROR, type(error).__name__)
                outcome = self._failed(row, error)  # within the span, so that the log line has its trace
        if not isinstance(outcome, Settled):
            self._settling.add(row, outcome)

    async def _run_all(self, run_many: RunMany, rows: Sequence[DueRow]) -> None:
        try:
            outcomes = await run_many(rows)
        except Exception as error:  # noqa: BLE001 - as above, for all of them
            outcomes = [self._failed(row, error) for row in rows]
        for row, outcome in zip(rows, outcomes, strict=True):
            if not isinstance(outcome, Settled):
                self._settling.add(row, outcome)

    def _failed(self, row: DueRow, error: Exception) -> Outcome:
        log.error("due_run_failed", table=self.table.qualified, id=str(row.id), attempts=row.attempts, exc_info=error)
        self._failed_runs.inc()
        pause = backoff(row.attempts)
        # The attempts count every claim of the row, so they say nothing about how long the database has been down.
        return Retry(min(pause, _TRANSIENT_PAUSE) if is_transient(error) else pause)

    def _wake_for(self, due: float) -> None:
        if due < self._sleeping_until:
            self._awake.set()

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                await self._settling.renew(self._rows_in_flight, self._lease)
            except DATABASE_ERRORS as error:
                log.warning("due_renew_failed", table=self.table.qualified, error=repr(error))

    def _notified(self, payload: str) -> None:
        self._wake_for(float(payload) if payload else 0.0)
