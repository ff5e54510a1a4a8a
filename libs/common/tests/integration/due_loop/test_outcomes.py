"""What a run returns or raises decides when its row is due again."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from common.database import Database
from common.due import Done, DueLoop, DueRow, Outcome, Retry, Settled
from sqlalchemy import text

from .rows import JOBS, SECOND, due_times, eventually, put

pytestmark = pytest.mark.invariant("E5")


async def test_a_run_that_raises_is_retried_and_the_others_finish(database: Database) -> None:
    ids = await put(database, 5)
    good: list[UUID] = []

    async def run(row: DueRow) -> Outcome:
        if row.id == ids[0]:
            raise RuntimeError("broken row")
        good.append(row.id)
        return Done()

    loop = DueLoop(database, JOBS, run)
    await loop.start()
    await eventually(lambda: len(good) == 4)
    await loop.stop()
    times = await due_times(database)
    assert times.pop(ids[0]) is not None
    assert set(times.values()) == {None}


async def test_retry_postpones_and_settled_leaves_the_row_unchanged(database: Database) -> None:
    again, settled = await put(database, 2)
    outcomes: dict[UUID, Outcome] = {again: Retry(60 * SECOND), settled: Settled()}
    seen: list[UUID] = []

    async def run(row: DueRow) -> Outcome:
        seen.append(row.id)
        return outcomes[row.id]

    loop = DueLoop(database, JOBS, run)
    await loop.start()
    await eventually(lambda: len(seen) == 2)
    await loop.stop()
    async with database.cross_account.transaction() as session:
        owners = {
            row.id: row.lease_owner for row in await session.execute(text("SELECT id, lease_owner FROM probe.job"))
        }
    assert owners[again] is None
    assert owners[settled] is not None


async def test_rows_can_be_run_in_batches(database: Database) -> None:
    calls: list[int] = []

    async def run_many(rows: Sequence[DueRow]) -> Sequence[Outcome]:
        calls.append(len(rows))
        return [Retry(60 * SECOND) if row.values["note"] == "again" else Done() for row in rows]

    ids = await put(database, 25)
    (postponed,) = await put(database, note="again")
    loop = DueLoop(database, JOBS, run_many=run_many, concurrency=20, batch=10)
    await loop.start()
    await eventually(lambda: sum(calls) == 26)
    await loop.stop()
    assert max(calls) == 10
    times = await due_times(database)
    assert times.pop(postponed) is not None
    assert times == dict.fromkeys(ids)


async def test_when_run_many_raises_all_its_rows_are_retried(database: Database) -> None:
    seen: Counter[UUID] = Counter()

    async def run_many(rows: Sequence[DueRow]) -> Sequence[Outcome]:
        seen.update(row.id for row in rows)
        raise RuntimeError("broken batch")

    ids = await put(database, 3)
    loop = DueLoop(database, JOBS, run_many=run_many)
    await loop.start()
    await eventually(lambda: len(seen) == 3)
    await loop.stop()
    times = await due_times(database)
    assert all(times[id_] is not None for id_ in ids)


@pytest.mark.parametrize(("error", "longest"), [(ConnectionResetError(), 5), (ValueError(), 300)])
async def test_a_failure_of_the_database_delays_a_row_of_many_attempts_by_seconds(
    database: Database, error: Exception, longest: int
) -> None:
    """A delivery that was deferred many times must not wait for minutes because the database was restarted."""

    async def run(row: DueRow) -> Outcome:
        raise error

    await put(database)
    async with database.cross_account.transaction() as session:
        await session.execute(text("UPDATE probe.job SET attempts = 20"))
    loop = DueLoop(database, JOBS, run)
    await loop.start()
    settled = text("SELECT due_at FROM probe.job WHERE lease_owner IS NULL AND due_at > now()")
    due_at: datetime | None = None
    async with asyncio.timeout(5):
        while due_at is None:
            async with database.cross_account.transaction() as session:
                due_at = (await session.execute(settled)).scalar_one_or_none()
    await loop.stop()
    waits = (due_at - datetime.now(UTC)).total_seconds()
    assert longest - 3 < waits <= longest
