"""The timer is the outbox: PostDue arrives once and on time, or never."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pulseworks_contracts import AuditRecorded, PostCancelled, PostDue, PostMissed, PostScheduled, queues
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, emitted

SOON = timedelta(milliseconds=600)


async def test_post_due_arrives_at_its_time_and_the_item_is_handed_over(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    await start_worker()
    clock.set(datetime.now(UTC))
    at = clock.now() + SOON

    item_id = await tenant.schedule(at)
    [due] = await bus.collect(queues.PUBLISHER_DUE, 1)

    assert isinstance(due, PostDue)
    assert due.subject == item_id
    assert due.data.scheduled_for == at
    assert timedelta() <= datetime.now(UTC) - at < timedelta(seconds=3)
    await tenant.becomes(item_id, "SCHEDULED")
    assert (await tenant.post(f"/{item_id}/cancel", status=409))["code"] == "already_handed_over"
    moved = await tenant.post(f"/{item_id}/move", {"scheduled_for": (at + timedelta(days=1)).isoformat()}, status=409)
    assert moved["code"] == "already_handed_over"


async def test_two_replicas_send_each_post_due_once(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """Mixpost's schedulers read and then save, so two can take the same post (and Postiz #832: repeatedly)."""
    for _ in range(2):
        await start_worker()
    clock.set(datetime.now(UTC))
    start = clock.now() + SOON

    items = {await tenant.schedule(start + timedelta(milliseconds=n)) for n in range(20)}
    dues = await bus.collect(queues.PUBLISHER_DUE, 20)
    for item_id in items:
        await tenant.becomes(item_id, "SCHEDULED")

    assert {due.subject for due in dues} == items
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0


async def test_a_cancelled_post_is_never_due_and_a_moved_one_only_at_its_new_time(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    clock.set(datetime.now(UTC))
    start = clock.now() + SOON
    cancelled, moved, kept = [await tenant.schedule(start + timedelta(milliseconds=n)) for n in range(3)]
    later = start + timedelta(milliseconds=300)

    await tenant.post(f"/{cancelled}/cancel")
    await tenant.post(f"/{moved}/move", {"scheduled_for": later.isoformat()})
    await start_worker()
    dues = await bus.collect(queues.PUBLISHER_DUE, 2)
    await tenant.becomes(moved, "SCHEDULED")

    by_item = {due.subject: due for due in dues if isinstance(due, PostDue)}
    assert set(by_item) == {kept, moved}
    assert (by_item[moved].data.scheduled_for, by_item[moved].data.revision) == (later, 2)
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert (await tenant.item(cancelled)).status == "CANCELLED"


async def test_a_move_is_announced_with_a_higher_revision(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + timedelta(days=1))
    later = clock.now() + timedelta(days=2)

    shown = await tenant.post(f"/{item_id}/move", {"scheduled_for": later.isoformat()})

    assert datetime.fromisoformat(shown["scheduled_for"]) == later
    assert shown["why"]["kind"] == "explicit"
    first, second = await emitted(tenant.context.database, PostScheduled)
    assert (first.data.revision, second.data.revision) == (1, 2)
    due = await assert_emitted(tenant.context.database, PostDue)
    assert (due.data.scheduled_for, due.data.expires_at) == (later, later + timedelta(hours=6))
    assert await _audited(tenant) == ["POST_SCHEDULED", "POST_MOVED"]


async def test_a_post_can_not_be_moved_to_a_past_or_taken_time(tenant: Any, clock: ManualClock) -> None:
    there = clock.now() + timedelta(days=2)
    await tenant.schedule(there)
    item_id = await tenant.schedule(clock.now() + timedelta(days=1))

    past = await tenant.post(f"/{item_id}/move", {"scheduled_for": clock.now().isoformat()}, status=422)
    taken = await tenant.post(f"/{item_id}/move", {"scheduled_for": there.isoformat()}, status=409)

    assert (past["code"], taken["code"]) == ("time_not_in_future", "slot_taken")
    assert (await tenant.item(item_id)).revision == 1


async def test_a_claimed_post_can_not_be_cancelled_moved_or_parked(tenant: Any, clock: ManualClock) -> None:
    """Between claim and settlement the publisher may have it, so it must not appear to be cancelled."""
    item_id = await tenant.schedule(clock.now() + timedelta(days=1))
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.outbox SET attempts = 1"))

    cancelled = await tenant.post(f"/{item_id}/cancel", status=409)
    later = (clock.now() + timedelta(days=2)).isoformat()
    moved = await tenant.post(f"/{item_id}/move", {"scheduled_for": later}, status=409)
    await tenant.subscribe(revision=2, posting=False)

    assert (cancelled["code"], moved["code"]) == ("already_handed_over", "already_handed_over")
    item = await tenant.item(item_id)
    assert (item.status, item.revision, item.scheduled_for) == ("QUEUED", 1, clock.now() + timedelta(days=1))
    assert await emitted(tenant.context.database, PostCancelled) == []


@pytest.mark.invariant("P7")
async def test_a_post_overdue_by_more_than_the_window_is_missed_and_not_sent(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """As after a night without a worker: one post is past its window, the other is late but within it.

    Postiz silently drops posts that are two days late; TryPost reports "please try again" for posts that may be live.
    """
    now = datetime.now(UTC)
    clock.set(now - timedelta(hours=9))
    counted = REGISTRY.get_sample_value("pulseworks_posts_missed_total", {"cause": "overdue"}) or 0
    missed = await tenant.schedule(now - timedelta(hours=6, seconds=1))
    late = await tenant.schedule(now - timedelta(hours=5, minutes=59))

    await start_worker()
    [due] = await bus.collect(queues.PUBLISHER_DUE, 1)
    events = await bus.collect(queues.CONTENT_SCHEDULE, 3)
    await tenant.becomes(missed, "MISSED")

    assert due.subject == late
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    [announced] = [event for event in events if isinstance(event, PostMissed)]
    assert (announced.subject, announced.data.revision, announced.account_id) == (missed, 2, tenant.account_id)
    shown = await tenant.get(f"/{missed}")
    assert shown["error"]["code"] == "missed"
    assert REGISTRY.get_sample_value("pulseworks_posts_missed_total", {"cause": "overdue"}) == counted + 1
    records = [r for r in await bus.collect(queues.IDENTITY_AUDIT, 3) if isinstance(r, AuditRecorded)]
    assert sorted(record.data.event_type for record in records) == ["POST_MISSED", "POST_SCHEDULED", "POST_SCHEDULED"]
    assert await _audited(tenant) == []


async def test_cancelling_is_final_and_idempotent(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + timedelta(days=1))

    first = await tenant.post(f"/{item_id}/cancel")
    again = await tenant.post(f"/{item_id}/cancel")

    assert first == again
    assert first["status"] == "CANCELLED"
    announced = await assert_emitted(tenant.context.database, PostCancelled)
    assert (announced.data.reason, announced.data.revision) == ("cancelled", 2)
    assert await emitted(tenant.context.database, PostDue) == []
    later = (clock.now() + timedelta(days=2)).isoformat()
    assert (await tenant.post(f"/{item_id}/move", {"scheduled_for": later}, status=409))["code"] == "item_finished"


async def _audited(tenant: Any) -> list[str]:
    return [record.data.event_type for record in await emitted(tenant.context.database, AuditRecorded)]
