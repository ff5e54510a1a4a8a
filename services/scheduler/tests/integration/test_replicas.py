"""Several replicas send concurrently without a leader. A slow, frozen or dead one does not affect the others."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.due import store
from common.messaging import outbox
from pulseworks_contracts import PostDue, queues
from sqlalchemy import text
from testing import Bus, ManualClock, claim_due, emitted

OUTBOX = outbox.table("scheduler")
LEASE = timedelta(seconds=1.5)


async def sent(bus: Bus, count: int) -> Counter[str]:
    return Counter([event.subject for event in await bus.collect(queues.PUBLISHER_DUE, count)])


@pytest.mark.invariant("E3")
async def test_a_frozen_replica_delays_only_the_posts_it_claimed_and_only_by_its_lease(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """MixpostApp #8 and BrightBean: posts stay "publishing" forever. Here the lease ends and another replica sends."""
    clock.set(datetime.now(UTC))
    now = clock.now()
    frozen = [await tenant.schedule(now + timedelta(milliseconds=n)) for n in range(1, 4)]
    claimed = await claim_due(tenant.context.database, OUTBOX, lease=LEASE)
    frozen_until = datetime.now(UTC) + LEASE
    others = [await tenant.schedule(now + timedelta(milliseconds=n)) for n in range(4, 10)]
    for _ in range(2):
        await start_worker()

    assert await sent(bus, len(others)) == Counter(others)
    assert await sent(bus, len(frozen)) == Counter(frozen)
    assert datetime.now(UTC) >= frozen_until
    for item_id in frozen + others:
        await tenant.becomes(item_id, "SCHEDULED")

    # when it continues, what it does with those posts has no effect
    async with tenant.context.database.cross_account.transaction() as session:
        assert await store.finish(session, OUTBOX, claimed) == set()
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert await emitted(tenant.context.database, PostDue) == []


async def test_a_replica_that_settles_slowly_does_not_delay_the_others(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """It holds the locks of its own rows, which the others skip."""
    clock.set(datetime.now(UTC))
    slow = await tenant.schedule(clock.now() + timedelta(milliseconds=1))
    item = await tenant.item(slow)
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(
            text("SELECT 1 FROM scheduler.outbox WHERE id = :id FOR UPDATE"), {"id": item.due_event_id}
        )
        await start_worker()
        quick = [await tenant.schedule(clock.now() + timedelta(milliseconds=n)) for n in range(2, 7)]
        assert await sent(bus, len(quick)) == Counter(quick)
        assert (await tenant.item(slow)).status == "QUEUED"

    assert await sent(bus, 1) == Counter([slow])


async def test_replicas_can_stop_and_start_while_posts_are_due(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """The first replica stops during its work, the second takes over, and each post is sent once."""
    first = await start_worker()
    clock.set(datetime.now(UTC))
    start = clock.now() + timedelta(milliseconds=500)
    items = [await tenant.schedule(start + timedelta(milliseconds=30 * n)) for n in range(15)]
    await start_worker()
    await asyncio.sleep(0.7)
    await first.stop()

    assert await sent(bus, len(items)) == Counter(items)
    for item_id in items:
        await tenant.becomes(item_id, "SCHEDULED")
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
