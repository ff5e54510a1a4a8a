"""Publish now moves the timer to now. Everything that scheduling requires must hold (P1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pulseworks_contracts import AuditRecorded, PostDue, PostScheduled, queues
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, emitted

DAY = timedelta(days=1)


async def test_a_post_goes_out_now_and_once(tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any) -> None:
    clock.set(datetime.now(UTC))
    planned = clock.now() + DAY
    item_id = await tenant.schedule(planned)
    await start_worker()

    shown = await tenant.post(f"/{item_id}/publish-now")
    [due] = await bus.collect(queues.PUBLISHER_DUE, 1)

    assert isinstance(due, PostDue)
    assert (due.subject, due.data.revision) == (item_id, 2)
    assert due.data.scheduled_for == datetime.fromisoformat(shown["scheduled_for"]) == clock.now()
    assert shown["why"]["kind"] == "now"
    assert [(c["change"], c["detail"]) for c in shown["why"]["changes"]] == [("moved", f"From {planned.isoformat()}.")]
    await tenant.becomes(item_id, "SCHEDULED")
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert await emitted(tenant.context.database, PostDue) == []


async def test_publish_now_is_announced_and_audited(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    await tenant.post(f"/{item_id}/publish-now")

    assert (await emitted(tenant.context.database, PostScheduled))[-1].data.scheduled_for == clock.now()
    record = (await emitted(tenant.context.database, AuditRecorded))[-1]
    assert (record.data.event_type, record.data.user_id) == ("POST_PUBLISH_NOW", tenant.user_id)


@pytest.mark.invariant("P1")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda t, _: t.subscribe(revision=2, posting=False),
        lambda t, _: t.verify(revision=2, page="page-2"),
        lambda t, _: t.lose("FACEBOOK", revision=2),
        lambda t, _: t.post("/pause"),
        lambda t, i: t.post(f"/{i}/pause"),
    ],
)
async def test_a_blocked_post_is_not_published_now(tenant: Any, clock: ManualClock, spoil: Any) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await spoil(tenant, item_id)

    assert (await tenant.post(f"/{item_id}/publish-now", status=409))["code"] == "item_parked"

    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.invariant("P1")
async def test_a_post_without_a_valid_approval_is_not_published_now(tenant: Any, clock: ManualClock) -> None:
    """The withdrawal cancels the item. Even if it did not, the read model must prevent publishing."""
    content_id = await tenant.approve()
    item_id = await tenant.schedule(clock.now() + DAY, content_id)
    async with tenant.context.database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE scheduler.approved_content SET approved = false"))

    assert (await tenant.post(f"/{item_id}/publish-now", status=409))["code"] == "content_not_approved"

    assert (await assert_emitted(tenant.context.database, PostDue)).data.revision == 1


async def test_a_claimed_or_published_post_is_not_published_again(tenant: Any, clock: ManualClock) -> None:
    """Postiz PR #1841: changing a published post published it again. Here PUBLISHED is final."""
    claimed, published = await tenant.schedule(clock.now() + DAY), await tenant.schedule(clock.now() + 2 * DAY)
    await tenant.outcome(published, "published", revision=1)
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.outbox SET attempts = 1"))

    assert (await tenant.post(f"/{claimed}/publish-now", status=409))["code"] == "already_handed_over"
    assert (await tenant.post(f"/{published}/publish-now", status=409))["code"] == "item_finished"
