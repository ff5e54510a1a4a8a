"""Clocks that step by an hour: that of a process, and PostgreSQL's, which the timers use.

A test can't set PostgreSQL's clock. Shifting the times of all due rows the other way has the same effect.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common import due
from common.database import Database
from common.due import store
from common.messaging import outbox
from pulseworks_contracts import PostDue, PostMissed, queues
from scheduler.coordination.repository import database_now
from sqlalchemy import text
from testing import Bus, ManualClock, claim_due, emitted

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OUTBOX = outbox.table("scheduler")
STEPS = pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["ahead", "behind"])


@pytest.fixture
def real_time(tenant: Any, clock: ManualClock) -> ManualClock:
    """Let the service take the time from PostgreSQL, as in production. The clock is then only that of the process."""
    tenant.context.now = database_now
    clock.set(datetime.now(UTC))
    return clock


_STEP = """
    UPDATE scheduler.outbox
    SET due_at = due_at - CAST(:step AS interval), expires_at = expires_at - CAST(:step AS interval)
"""


async def step_database_clock(database: Database, step: timedelta) -> None:
    """Step the clock, or let that time pass, for the existing rows."""
    async with database.cross_account.transaction() as session:
        await session.execute(text(_STEP), {"step": step})
        await due.wake(session, OUTBOX)  # without it a sleeping loop polls within 5 s


@STEPS
async def test_a_post_goes_out_on_time_with_a_wrong_process_clock(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any, step: timedelta
) -> None:
    await start_worker()
    now = datetime.now(UTC)
    real_time.set(now + step)
    at = now + timedelta(seconds=2)

    item_id = await tenant.schedule(at)
    [sent] = await bus.collect(queues.PUBLISHER_DUE, 1)

    assert sent.subject == item_id
    assert timedelta() <= datetime.now(UTC) - at < timedelta(seconds=5)
    await tenant.becomes(item_id, "SCHEDULED")


@STEPS
async def test_chosen_times_are_compared_with_the_database_clock(
    tenant: Any, real_time: ManualClock, step: timedelta
) -> None:
    content_id = await tenant.approve()
    real_time.advance(step)

    def wanted(after: timedelta) -> dict[str, Any]:
        at = (datetime.now(UTC) + after).isoformat()
        return {"items": [{"content_id": str(content_id), "platforms": ["FACEBOOK"], "scheduled_for": at}]}

    assert (await tenant.post("", wanted(-30 * MINUTE), status=422))["code"] == "time_not_in_future"
    assert (await tenant.post("", wanted(30 * MINUTE), status=201))["refused"] == []


@STEPS
async def test_a_step_of_the_process_clock_does_not_change_which_posts_are_missed(
    tenant: Any, real_time: ManualClock, database: Database, step: timedelta
) -> None:
    ahead = await tenant.schedule(datetime.now(UTC) + 30 * MINUTE)
    past = await tenant.schedule(datetime.now(UTC) + 40 * MINUTE)
    await tenant.post("/pause")
    async with database.transaction(tenant.account_id) as session:
        await session.execute(
            text("UPDATE scheduler.schedule_item SET scheduled_for = now() - interval '30 minutes' WHERE id = :id"),
            {"id": past},
        )

    real_time.advance(step)
    await tenant.post("/resume")

    assert [(await tenant.item(item_id)).status for item_id in (ahead, past)] == ["QUEUED", "MISSED"]


@STEPS
async def test_publish_now_uses_the_database_clock(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any, step: timedelta
) -> None:
    item_id = await tenant.schedule(datetime.now(UTC) + 30 * MINUTE)
    real_time.advance(step)

    await tenant.post(f"/{item_id}/publish-now")
    await start_worker()
    [sent] = await bus.collect(queues.PUBLISHER_DUE, 1)

    assert isinstance(sent, PostDue)
    assert abs(sent.data.scheduled_for - datetime.now(UTC)) < MINUTE


@pytest.mark.invariant("P7")
async def test_a_database_clock_step_ahead_misses_nothing_within_the_window_and_sends_nothing_twice(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """Posts that are due within the step go early. Their events contain the intended time, so the publisher notices."""
    now = datetime.now(UTC)
    soon, later = await tenant.schedule(now + 30 * MINUTE), await tenant.schedule(now + 2 * HOUR)
    waiting = await tenant.schedule(now + MINUTE)
    await step_database_clock(tenant.context.database, 5 * MINUTE)  # overdue, as after an outage

    await step_database_clock(tenant.context.database, HOUR)
    await start_worker()
    dues = await bus.collect(queues.PUBLISHER_DUE, 2)
    for item_id in (soon, waiting):
        await tenant.becomes(item_id, "SCHEDULED")
    await step_database_clock(tenant.context.database, -HOUR)

    assert {one.subject for one in dues} == {soon, waiting}
    early = next(one for one in dues if one.subject == soon)
    assert isinstance(early, PostDue)
    assert early.data.scheduled_for == now + 30 * MINUTE
    assert (await tenant.item(later)).status == "QUEUED"
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert await emitted(tenant.context.database, PostMissed) == []


@pytest.mark.invariant("P7")
async def test_a_database_clock_step_back_delays_posts_and_misses_none(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """Late by no more than the step, because lateness and window use the same clock; then sent once."""
    item_id = await tenant.schedule(datetime.now(UTC) + MINUTE)
    await step_database_clock(tenant.context.database, -HOUR)
    other = await tenant.schedule(datetime.now(UTC) + MINUTE, platform="INSTAGRAM")
    await step_database_clock(tenant.context.database, MINUTE)
    await start_worker()

    [first] = await bus.collect(queues.PUBLISHER_DUE, 1)
    # a step during a claim would end its lease, and the event would be sent again
    await tenant.becomes(other, "SCHEDULED")
    await step_database_clock(tenant.context.database, HOUR)
    [second] = await bus.collect(queues.PUBLISHER_DUE, 1)
    await tenant.becomes(item_id, "SCHEDULED")

    assert (first.subject, second.subject) == (other, item_id)
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0


@pytest.mark.invariant("P7")
async def test_a_database_clock_step_past_the_window_makes_a_post_missed(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any
) -> None:
    now = datetime.now(UTC)
    at_edge, within = await tenant.schedule(now + MINUTE), await tenant.schedule(now + HOUR + MINUTE)
    # overdue by 5 h 30 min and by 4 h 30 min of the 6 h
    await step_database_clock(tenant.context.database, 5.5 * HOUR + MINUTE)

    await step_database_clock(tenant.context.database, HOUR)
    await start_worker()
    [sent] = await bus.collect(queues.PUBLISHER_DUE, 1)
    await tenant.becomes(at_edge, "MISSED")

    assert sent.subject == within


@pytest.mark.invariant("E3")
async def test_a_lease_that_a_step_ends_early_sends_the_same_event_again(
    tenant: Any, real_time: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """The replica with the lease may have sent it too. The id is the same, so the consumer's inbox drops one."""
    database = tenant.context.database
    item_id = await tenant.schedule(datetime.now(UTC) + MINUTE)
    await step_database_clock(database, MINUTE)
    due_event_id = (await tenant.item(item_id)).due_event_id
    claimed = await claim_due(database, OUTBOX, lease=30 * MINUTE)
    await start_worker()
    assert (await tenant.item(item_id)).status == "QUEUED"

    await step_database_clock(database, HOUR)
    [sent] = await bus.collect(queues.PUBLISHER_DUE, 1)
    await tenant.becomes(item_id, "SCHEDULED")

    assert sent.id == due_event_id
    async with database.cross_account.transaction() as session:
        assert await store.finish(session, OUTBOX, claimed) == set()
    item = await tenant.item(item_id)
    assert (item.status, item.revision) == ("SCHEDULED", 2)
    assert Counter(event.subject for event in await emitted(database, PostDue)) == {}
