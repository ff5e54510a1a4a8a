"""Accounts take turns: one with thousands of due rows does not hold up the others."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from common.database import Database
from common.due import Done, DueLoop, DueRow, DueTable, Outcome, store
from common.ids import new_id
from sqlalchemy import text

pytestmark = pytest.mark.invariant("E5")

JOBS = DueTable("probe", "job")
LEASE = timedelta(seconds=30)
FIRST = UUID(int=0)


async def put(database: Database, account_id: UUID, count: int, *, after: str = "-1 s") -> None:
    async with database.transaction(account_id) as session:
        await session.execute(
            text("""INSERT INTO probe.job (id, account_id, due_at)
                    SELECT gen_random_uuid(), :account, now() + CAST(:after AS text)::interval
                    FROM generate_series(1, :count)"""),
            {"account": account_id, "count": count, "after": after},
        )


async def claim(database: Database, **changes: Any) -> list[DueRow]:
    options: dict[str, Any] = {"limit": 6, "lease": LEASE, "per_account": 2, "held": {}, "after": FIRST, **changes}
    async with database.cross_account.transaction() as session:
        return await store.claim_by_account(session, JOBS, **options)


async def test_each_account_gets_its_share_and_no_more(database: Database) -> None:
    big, small, later = sorted(new_id() for _ in range(3))
    await put(database, big, 50, after="-60 s")
    await put(database, small, 1)
    await put(database, later, 1, after="60 s")
    rows = await claim(database)
    assert Counter(row.account_id for row in rows) == {big: 2, small: 1}
    assert {row.redelivered for row in rows} == {False}


async def test_what_an_account_has_at_work_counts(database: Database) -> None:
    first, second, third = sorted(new_id() for _ in range(3))
    for account_id in (first, second, third):
        await put(database, account_id, 5)
    rows = await claim(database, held={first: 2, second: 1})
    assert Counter(row.account_id for row in rows) == {second: 1, third: 2}


async def test_the_limit_holds_and_the_next_claim_goes_on_behind_it(database: Database) -> None:
    accounts = sorted(new_id() for _ in range(5))
    for account_id in accounts:
        await put(database, account_id, 5)
    rows = await claim(database, limit=3)
    assert Counter(row.account_id for row in rows) == {accounts[0]: 2, accounts[1]: 1}
    rows = await claim(database, limit=3, after=accounts[1])
    assert Counter(row.account_id for row in rows) == {accounts[2]: 2, accounts[3]: 1}


async def test_two_claims_at_once_never_take_the_same_row(database: Database) -> None:
    for _ in range(4):
        await put(database, new_id(), 10)
    claims = await asyncio.gather(*(claim(database, limit=8) for _ in range(4)))
    ids = [row.id for rows in claims for row in rows]
    assert len(ids) == len(set(ids)) > 0


async def test_the_earliest_row_of_an_account_goes_first(database: Database) -> None:
    account_id = new_id()
    await put(database, account_id, 5)
    await put(database, account_id, 1, after="-60 s")
    (row,) = await claim(database, per_account=1)
    assert (row.claimed_at - row.due_at).total_seconds() > 30


async def test_a_flood_of_one_account_costs_a_claim_nothing(database: Database) -> None:
    flood, other = sorted(new_id() for _ in range(2))
    await put(database, flood, 20_000)
    await put(database, other, 1)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        await claim(database, held={flood: 2}, after=flood, limit=1)
        times.append(time.perf_counter() - started)
    async with database.cross_account.transaction() as session:
        assert (await store.seconds_until_later(session, JOBS)) is not None  # the claimed one's lease
    assert sorted(times)[2] < 0.05


async def test_a_loop_serves_everybody_within_one_round(database: Database) -> None:
    """5,000 rows of one account, then one row of another: its turn comes with the next run that ends."""
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


async def test_a_share_that_is_used_up_does_not_make_the_loop_spin(database: Database) -> None:
    await put(database, new_id(), 100)
    release = asyncio.Event()
    claims = 0

    async def run(_row: DueRow) -> Outcome:
        await release.wait()
        return Done()

    loop = DueLoop(database, JOBS, run, concurrency=5, per_account=1)
    turn = loop._claim_turn

    async def counted() -> float:
        nonlocal claims
        claims += 1
        return await turn()

    loop._claim_turn = counted  # type: ignore[method-assign]  # counts the turns
    await loop.start()
    await asyncio.sleep(0.5)
    release.set()
    assert claims < 10
    await loop.stop()


@pytest.fixture(autouse=True)
async def _migrated(database: Database) -> None:
    """Every test here starts with an empty table."""
