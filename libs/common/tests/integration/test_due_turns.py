"""Accounts take turns: one with thousands of due rows does not delay the others."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from common.database import Database
from common.due import Done, DueLoop, DueRow, DueTable, Outcome
from common.due.claim_connection import ClaimConnection
from common.ids import new_id
from sqlalchemy import text

pytestmark = pytest.mark.invariant("E5")

JOBS = DueTable("probe", "job")
LEASE = timedelta(seconds=30)


async def put(database: Database, account_id: UUID, count: int, *, after: str = "-1 s") -> None:
    async with database.transaction(account_id) as session:
        await session.execute(
            text("""INSERT INTO probe.job (id, account_id, due_at)
                    SELECT gen_random_uuid(), :account, now() + CAST(:after AS text)::interval
                    FROM generate_series(1, :count)"""),
            {"account": account_id, "count": count, "after": after},
        )


async def claim(
    connection: ClaimConnection, *, limit: int = 6, per_account: int = 2, in_flight: Mapping[UUID, int] | None = None
) -> list[DueRow]:
    rows, _ = await connection.claim_in_turns(limit, LEASE, per_account=per_account, in_flight=in_flight or {})
    return rows


@pytest.fixture
async def connect(database: Database) -> AsyncIterator[Callable[[], ClaimConnection]]:
    opened: list[ClaimConnection] = []

    def create() -> ClaimConnection:
        opened.append(ClaimConnection(database.cross_account, JOBS, lambda _payload: None))
        return opened[-1]

    yield create
    for connection in opened:
        await connection.close()


@pytest.fixture
def connection(connect: Callable[[], ClaimConnection]) -> ClaimConnection:
    return connect()


async def test_each_account_gets_its_share_and_no_more(database: Database, connection: ClaimConnection) -> None:
    big, small, later = sorted(new_id() for _ in range(3))
    await put(database, big, 50, after="-60 s")
    await put(database, small, 1)
    await put(database, later, 1, after="60 s")
    rows = await claim(connection)
    assert Counter(row.account_id for row in rows) == {big: 2, small: 1}
    assert {row.redelivered for row in rows} == {False}


async def test_the_rows_in_flight_of_an_account_count_towards_its_share(
    database: Database, connection: ClaimConnection
) -> None:
    first, second, third = sorted(new_id() for _ in range(3))
    for account_id in (first, second, third):
        await put(database, account_id, 5)
    rows = await claim(connection, in_flight={first: 2, second: 1})
    assert Counter(row.account_id for row in rows) == {second: 1, third: 2}


async def test_the_next_claim_continues_after_the_account_that_was_served_last(
    database: Database, connection: ClaimConnection
) -> None:
    accounts = sorted(new_id() for _ in range(5))
    for account_id in accounts:
        await put(database, account_id, 5)
    served = [[row.account_id for row in await claim(connection, limit=3)] for _ in range(3)]
    first, second, third, fourth, fifth = accounts
    assert [sorted(each) for each in served] == [[first, first, second], [third, third, fourth], [first, fifth, fifth]]


async def test_concurrent_claims_never_take_the_same_row(
    database: Database, connect: Callable[[], ClaimConnection]
) -> None:
    for _ in range(4):
        await put(database, new_id(), 10)
    claims = await asyncio.gather(*(claim(connect(), limit=8) for _ in range(4)))
    ids = [row.id for rows in claims for row in rows]
    assert len(ids) == len(set(ids)) > 0


async def test_the_earliest_row_of_an_account_goes_first(database: Database, connection: ClaimConnection) -> None:
    account_id = new_id()
    await put(database, account_id, 5)
    await put(database, account_id, 1, after="-60 s")
    (row,) = await claim(connection, per_account=1)
    assert (row.claimed_at - row.due_at).total_seconds() > 30


async def test_the_backlog_of_one_account_does_not_slow_down_a_claim(
    database: Database, connection: ClaimConnection
) -> None:
    flood, other = sorted(new_id() for _ in range(2))
    await put(database, flood, 20_000)
    await put(database, other, 5)
    await claim(connection, limit=1)
    times = []
    for _ in range(5):
        connection._last_account = flood
        started = time.perf_counter()
        rows = await claim(connection, in_flight={flood: 2}, limit=1)
        times.append(time.perf_counter() - started)
        assert [row.account_id for row in rows] == [other]
    assert sorted(times)[2] < 0.05


async def test_the_wait_is_until_the_next_row_that_is_not_due(database: Database, connection: ClaimConnection) -> None:
    """Due rows of an account that has its share do not shorten it: a run that ends wakes the loop."""
    account_id = new_id()
    await put(database, account_id, 5)
    rows, wait = await connection.claim_in_turns(6, LEASE, per_account=2, in_flight={})
    assert len(rows) == 2
    assert wait == pytest.approx(LEASE.total_seconds(), abs=2)


async def test_a_loop_serves_every_account_within_one_round(database: Database) -> None:
    """5,000 rows of one account, then one row of another, which runs after the next run that ends."""
    flood, other = new_id(), new_id()
    await put(database, flood, 5_000, after="-60 s")
    served: list[UUID] = []
    at_once: Counter[UUID] = Counter()
    most: Counter[UUID] = Counter()

    async def run(row: DueRow) -> Outcome:
        at_once[row.account_id] += 1
        most[row.account_id] = max(most[row.account_id], at_once[row.account_id])
        await asyncio.sleep(0.02)
        at_once[row.account_id] -= 1
        served.append(row.account_id)
        if len(served) == 10:
            await put(database, other, 1)
        return Done()

    loop = DueLoop(database, JOBS, run, concurrency=3, per_account=2)
    await loop.start()
    async with asyncio.timeout(10):
        while other not in served:
            await asyncio.sleep(0.005)
    await loop.stop()
    assert served.index(other) - 10 <= 4
    assert most[flood] == 2


async def test_a_loop_does_not_spin_when_an_account_has_its_full_share(database: Database) -> None:
    await put(database, new_id(), 100)
    release = asyncio.Event()
    claims = 0

    async def run(_row: DueRow) -> Outcome:
        await release.wait()
        return Done()

    loop = DueLoop(database, JOBS, run, concurrency=5, per_account=1)
    claim_once = loop._claim_once

    async def counted() -> float:
        nonlocal claims
        claims += 1
        return await claim_once()

    loop._claim_once = counted  # type: ignore[method-assign]  # counts the claims
    await loop.start()
    await asyncio.sleep(0.5)
    release.set()
    assert claims < 10
    await loop.stop()


@pytest.fixture(autouse=True)
async def _migrated(database: Database) -> None:
    """Start every test with an empty table."""
