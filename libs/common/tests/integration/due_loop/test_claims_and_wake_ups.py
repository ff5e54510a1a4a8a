import asyncio
import random
import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from common.database import Database
from common.due import Done, DueLoop, DueRow, Outcome, Retry, Settled, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from testing import claim_due
from testing.servers import DatabaseServer
from testing.servers import run as in_thread

from .rows import ACCOUNT, JOBS, SECOND, due_times, eventually, put

pytestmark = pytest.mark.invariant("E5")


async def test_a_row_has_one_claim_during_its_lease(database: Database) -> None:
    ids = await put(database, 30)
    claims = await asyncio.gather(*(claim_due(database, JOBS, limit=10) for _ in range(6)))
    claimed = [row.id for rows in claims for row in rows]
    assert sorted(claimed) == sorted(ids)


async def test_a_row_is_not_claimed_before_it_is_due(database: Database) -> None:
    await put(database, after=60 * SECOND)
    assert await claim_due(database, JOBS) == []


async def test_a_row_whose_lease_expired_is_claimed_as_redelivered(database: Database) -> None:
    await put(database)
    (first,) = await claim_due(database, JOBS, lease=timedelta(0))
    (second,) = await claim_due(database, JOBS)
    assert (first.redelivered, second.redelivered) == (False, True)
    assert second.attempts == 2


async def test_a_lost_lease_settles_nothing(database: Database) -> None:
    await put(database)
    (late,) = await claim_due(database, JOBS, lease=timedelta(0))
    (present,) = await claim_due(database, JOBS)
    async with database.cross_account.transaction() as session:
        assert await store.finish(session, JOBS, [late]) == set()
        assert await store.postpone(session, JOBS, [late], [SECOND]) == set()
        assert await store.renew(session, JOBS, [late], SECOND) == set()
        assert await store.finish(session, JOBS, [present]) == {present.id}


async def test_a_loop_runs_each_row_once_over_two_replicas(database: Database) -> None:
    runs: Counter[UUID] = Counter()

    async def run(row: DueRow) -> Outcome:
        await asyncio.sleep(0.001)
        runs[row.id] += 1
        return Done()

    loops = [DueLoop(database, JOBS, run, concurrency=20, batch=7) for _ in range(2)]
    for loop in loops:
        await loop.start()
    ids = await put(database, 200)
    await eventually(lambda: len(runs) == 200)
    for loop in loops:
        await loop.stop()
    assert runs == Counter(ids)
    assert set((await due_times(database)).values()) == {None}


async def test_a_loop_sleeps_until_the_next_row_is_due(database: Database) -> None:
    seen: list[float] = []

    async def run(row: DueRow) -> Outcome:
        seen.append(time.time() - row.due_at.timestamp())
        return Done()

    loop = DueLoop(database, JOBS, run)
    await loop.start()
    await put(database, after=timedelta(milliseconds=400))
    await eventually(lambda: seen)
    await loop.stop()
    assert 0 <= seen[0] < 0.15


@pytest.mark.parametrize("per_account", [None, 2])
async def test_a_sleeping_loop_is_woken_for_an_earlier_row(database: Database, per_account: int | None) -> None:
    seen: list[str] = []

    async def run(row: DueRow) -> Outcome:
        seen.append(row.values["note"])
        return Done()

    await put(database, after=60 * SECOND, note="later")
    loop = DueLoop(database, JOBS, run, per_account=per_account)
    await loop.start()
    await asyncio.sleep(0.2)
    started = time.monotonic()
    await put(database, after=timedelta(0), note="now")
    await eventually(lambda: seen)
    assert seen == ["now"]
    assert time.monotonic() - started < 1.0
    await loop.stop()


async def test_a_wake_up_that_comes_during_a_claim_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = DueLoop(database, JOBS, lambda _row: asyncio.sleep(0, Done()))
    turns: list[float] = []

    async def claim(_limit: int) -> tuple[list[DueRow], float | None]:
        turns.append(time.monotonic())
        if len(turns) == 1:
            # committed after the claim's snapshot, so the claim returns that nothing waits
            loop._notified(repr(time.time() + 0.1))
        return [], None

    monkeypatch.setattr(loop, "_claim", claim)
    await loop.start()
    await eventually(lambda: len(turns) >= 2, 1.0)
    await loop.stop()


async def test_a_slow_row_does_not_delay_the_others(database: Database) -> None:
    (slow,) = await put(database, after=-2 * SECOND)
    quick = await put(database, 40)
    done: list[UUID] = []
    release = asyncio.Event()

    async def run(row: DueRow) -> Outcome:
        if row.id == slow:
            await release.wait()
        done.append(row.id)
        return Done()

    loop = DueLoop(database, JOBS, run, concurrency=4, batch=4)
    await loop.start()
    await eventually(lambda: len(done) == 40)
    assert set(done) == set(quick)
    release.set()
    await loop.stop()
    assert len(done) == 41


async def test_a_long_run_keeps_its_lease(database: Database) -> None:
    await put(database)
    starts: list[UUID] = []
    release = asyncio.Event()

    async def run(row: DueRow) -> Outcome:
        starts.append(row.id)
        await release.wait()
        return Done()

    loops = [DueLoop(database, JOBS, run, lease=timedelta(milliseconds=300)) for _ in range(2)]
    for loop in loops:
        await loop.start()
    await asyncio.sleep(1.0)
    release.set()
    for loop in loops:
        await loop.stop()
    assert len(starts) == 1


async def test_a_sleeping_loop_claims_a_row_when_its_lease_expires(database: Database) -> None:
    """Nothing else waits: the loop itself must know when the row of an unsettled run is due again."""
    seen: list[bool] = []

    async def run(row: DueRow) -> Outcome:
        seen.append(row.redelivered)
        return Done() if row.redelivered else Settled()  # the first time as in a crash: never settled

    await put(database)
    loop = DueLoop(database, JOBS, run, lease=timedelta(milliseconds=300))
    await loop.start()
    started = time.monotonic()
    await eventually(lambda: seen == [False, True], 4)
    assert 0.2 < time.monotonic() - started < 3
    await loop.stop()


async def test_a_due_row_that_is_unlocked_without_a_notify_is_claimed(database: Database) -> None:
    """A transaction locked the row while it became due, and rolled back: there is no NOTIFY for that."""
    seen: list[UUID] = []

    async def run(row: DueRow) -> Outcome:
        seen.append(row.id)
        return Done()

    (held,) = await put(database, after=timedelta(milliseconds=100))
    loop = DueLoop(database, JOBS, run)
    async with database.transaction(ACCOUNT) as session:
        await session.execute(text("SELECT FROM probe.job FOR UPDATE"))
        await loop.start()
        await asyncio.sleep(0.4)
        assert seen == []
        await session.rollback()
    await eventually(lambda: seen == [held], 2)
    await loop.stop()


async def test_stopping_waits_for_a_claim_in_progress(database: Database) -> None:
    """Otherwise its rows would wait for the end of their lease."""
    done: list[UUID] = []

    async def run(row: DueRow) -> Outcome:
        done.append(row.id)
        return Done()

    loop = DueLoop(database, JOBS, run, concurrency=200)
    await loop.start()
    ids = await put(database, 200)
    await asyncio.sleep(0)
    await loop.stop()
    async with database.cross_account.transaction() as session:
        held = (await session.execute(text("SELECT id FROM probe.job WHERE lease_owner IS NOT NULL"))).all()
    assert held == []
    assert set(done) <= set(ids)


@pytest.mark.parametrize(("finish_within", "finished"), [(5.0, True), (0.1, False)])
async def test_stopping_waits_for_runs_as_long_as_the_loop_says(
    database: Database, finish_within: float, *, finished: bool
) -> None:
    running, done = asyncio.Event(), asyncio.Event()

    async def run(_row: DueRow) -> Outcome:
        running.set()
        await asyncio.sleep(0.4)
        done.set()
        return Done()

    await put(database)
    loop = DueLoop(database, JOBS, run, finish_within=timedelta(seconds=finish_within))
    await loop.start()
    await running.wait()
    await loop.stop()
    assert done.is_set() == finished
    async with database.cross_account.transaction() as session:
        held = (await session.execute(text("SELECT count(*) FROM probe.job WHERE lease_owner IS NOT NULL"))).scalar()
    assert held == (0 if finished else 1), "the row of a cut run waits for the end of its lease"


async def test_a_loop_that_does_not_claim_is_not_healthy(database: Database) -> None:
    loop = DueLoop(database, JOBS, lambda _row: asyncio.sleep(0, Done()))
    loop._last_claim_at -= 60
    with pytest.raises(RuntimeError, match=r"probe\.job has not run for"):
        await loop.check()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 60), replicas=st.integers(1, 3), concurrency=st.integers(1, 16))
def test_every_row_finishes_once_and_never_runs_twice_concurrently(
    database_server: DatabaseServer, seed: int, rows: int, replicas: int, concurrency: int
) -> None:
    """Runs postpone, finish or crash (and their lease expires): finally each row has finished exactly once."""

    async def scenario() -> None:
        database_server_url = database_server.runtime_url("probe")
        database = Database(database_server_url, service="probe", pool_size=5)
        chance = random.Random(seed)
        running: Counter[UUID] = Counter()
        finished: Counter[UUID] = Counter()

        async def run(row: DueRow) -> Outcome:
            running[row.id] += 1
            assert running[row.id] == 1, "two runs of one row at once"
            await asyncio.sleep(chance.random() / 200)
            running[row.id] -= 1
            fate = chance.random() if row.attempts < 4 else 1.0
            if fate < 0.15:
                return Settled()  # as in a crash: never settled, the lease expires
            if fate < 0.4:
                return Retry(timedelta(milliseconds=chance.randrange(30)))
            finished[row.id] += 1
            return Done()

        ids = await put(database, rows)
        lease = timedelta(milliseconds=600)  # far longer than a busy machine pauses
        loops = [DueLoop(database, JOBS, run, concurrency=concurrency, lease=lease) for _ in range(replicas)]
        for loop in loops:
            await loop.start()
        await eventually(lambda: len(finished) == rows, 20)
        for loop in loops:
            await loop.stop()
        times = await due_times(database)
        assert finished == Counter(ids)
        assert all(times[id_] is None for id_ in ids)
        await database.close()

    in_thread(scenario())
