"""Several replicas send at once, none leads, and one that is slow, frozen or dead harms nobody."""

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
async def test_a_replica_that_froze_with_posts_in_hand_delays_those_by_its_lease_and_no_others(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """Posts that stay "publishing" for ever (MixpostApp #8, BrightBean): here the lease runs out and another sends."""
    clock.set(datetime.now(UTC))
    now = clock.now()
    frozen = [await tenant.schedule(now + timedelta(milliseconds=n)) for n in range(1, 4)]
    held = await claim_due(tenant.context.database, OUTBOX, lease=LEASE)
    frozen_until = datetime.now(UTC) + LEASE
    others = [await tenant.schedule(now + timedelta(milliseconds=n)) for n in range(4, 10)]
    for _ in range(2):
        await start_worker()

    assert await sent(bus, len(others)) == Counter(others)
    assert await sent(bus, len(frozen)) == Counter(frozen)
    assert datetime.now(UTC) >= frozen_until
    for item_id in frozen + others:
        await tenant.becomes(item_id, "SCHEDULED")

    # it thaws: whatever it does now about those posts has no effect
    async with tenant.context.database.cross_account.transaction() as session:
        assert await store.finish(session, OUTBOX, held) == set()
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert await emitted(tenant.context.database, PostDue) == []


async def test_a_replica_that_settles_slowly_holds_up_no_other(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """It holds the locks of its own rows; the others pass over them."""
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


async def test_replicas_come_and_go_while_posts_fall_due(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """No leader: the first one stops amid its work, the second takes over, and each post is sent once."""
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
