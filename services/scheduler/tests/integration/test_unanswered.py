"""A post without an outcome becomes UNKNOWN automatically, and resolving it never posts it twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common import due
from common.database import Database
from common.due import store
from common.messaging import outbox
from prometheus_client import REGISTRY
from pulseworks_contracts import AuditRecorded, PostCancelled, PostConfirmed, PostDue, PostUnanswered, queues
from scheduler.models import AWAITED_OUTCOMES
from scheduler.outcomes.jobs import OutcomeDeadline, posts_past_expiry
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, claim_due, emitted

DAY, GRACE = timedelta(days=1), timedelta(hours=1)
URL = "https://facebook.example/by-hand"

HandOver = Callable[..., Awaitable[str]]


@pytest.fixture
def hand_over(tenant: Any, clock: ManualClock) -> HandOver:
    """Schedule a post and hand it over. The outbox then contains only later events."""

    async def handed_over(content_id: Any = None) -> str:
        item_id: str = await tenant.schedule(clock.now() + DAY, content_id)
        table = outbox.table("scheduler")
        database = tenant.context.database
        async with database.cross_account.transaction() as session:
            await session.execute(text("UPDATE scheduler.outbox SET due_at = now()"))
        rows = await claim_due(database, table)
        async with database.cross_account.transaction() as session:
            await tenant.context.timer().hand_over(session, rows)
            await store.finish(session, table, rows)
        return item_id

    return handed_over


async def expire_waits(tenant: Any) -> int:
    """End all waits for an outcome as if their deadlines had passed. Return how many."""
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.schedule_item SET due_at = now() WHERE due_at IS NOT NULL"))
    rows = await claim_due(tenant.context.database, AWAITED_OUTCOMES)
    await asyncio.gather(*(OutcomeDeadline(tenant.context).run(row) for row in rows))
    return len(rows)


async def test_posts_past_their_expiry_are_counted_before_the_wait_ends(tenant: Any, hand_over: HandOver) -> None:
    measure = posts_past_expiry(tenant.context)
    await hand_over()
    counted = []
    for until_expiry in (timedelta(minutes=1), timedelta(seconds=-1)):
        async with tenant.context.database.cross_account.transaction() as session:
            moved = text("UPDATE scheduler.schedule_item SET due_at = now() + CAST(:wait AS interval)")
            await session.execute(moved, {"wait": GRACE + until_expiry})
        counted.append(await measure.read())
    assert counted == [0, 1]


async def schedule_again(tenant: Any, item_id: str) -> Any:
    item = await tenant.item(item_id)
    wanted = {"content_id": str(item.content_id), "platforms": ["FACEBOOK"], "scheduled_for": "2026-12-05T09:00:00Z"}
    response = await tenant.request("POST", "", {"items": [wanted]})
    return response.json()


async def audited(tenant: Any) -> list[tuple[str, Any]]:
    return [
        (record.data.event_type, record.data.user_id)
        for record in await emitted(tenant.context.database, AuditRecorded)
    ]


@pytest.mark.invariant("P5")
async def test_a_lost_post_due_becomes_unknown_and_is_announced(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    counted = REGISTRY.get_sample_value("pulseworks_posts_unanswered_total") or 0
    for _ in range(2):
        await start_worker()
    clock.set(datetime.now(UTC))
    item_id = await tenant.schedule(clock.now() + timedelta(milliseconds=200))
    [lost] = await bus.collect(queues.PUBLISHER_DUE, 1)
    await tenant.becomes(item_id, "SCHEDULED")
    waiting = await tenant.item(item_id)

    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.schedule_item SET due_at = now()"))
        await due.wake(session, AWAITED_OUTCOMES)
    await tenant.becomes(item_id, "UNKNOWN")

    assert isinstance(lost, PostDue)
    assert waiting.due_at == lost.data.expires_at + GRACE
    shown = await tenant.get(f"/{item_id}")
    assert (shown["revision"], shown["error"]["code"], shown["error"]["remedy"]) == (3, "no_outcome", None)
    assert "live on Facebook" in shown["error"]["message"]
    announced = (await bus.collect(queues.CONTENT_SCHEDULE, 2))[-1]
    assert isinstance(announced, PostUnanswered)
    assert (announced.subject, announced.data.revision) == (item_id, 3)
    assert announced.data.message == shown["error"]["message"]
    records = [event for event in await bus.collect(queues.IDENTITY_AUDIT, 2) if isinstance(event, AuditRecorded)]
    assert [record.data.event_type for record in records] == ["POST_SCHEDULED", "POST_OUTCOME_UNKNOWN"]
    assert REGISTRY.get_sample_value("pulseworks_posts_unanswered_total") == counted + 1
    assert (await tenant.item(item_id)).due_at is None


@pytest.mark.invariant("P5")
async def test_the_wait_starts_at_the_expiry_that_the_event_carries(
    tenant: Any, clock: ManualClock, hand_over: HandOver
) -> None:
    """A missed window that is shortened later does not end the wait while the post may still be sent."""
    settings = tenant.context.settings
    tenant.context.settings = settings.model_copy(update={"missed_window_seconds": 24 * 3600})
    item_id = await tenant.schedule(clock.now() + 2 * DAY)
    tenant.context.settings = settings
    await hand_over()

    item = await tenant.item(item_id)
    assert item.due_at == item.scheduled_for + timedelta(hours=24) + GRACE


@pytest.mark.invariant("P6", "E4")
@pytest.mark.parametrize("kind", ["published", "failed", "unknown"])
@pytest.mark.parametrize("when", ["before", "during", "after"])
async def test_an_outcome_applies_before_during_and_after_the_deadline(
    tenant: Any, hand_over: HandOver, kind: str, when: str
) -> None:
    item_id = await hand_over()

    if when == "before":
        await tenant.outcome(item_id, kind, revision=1)
        assert await expire_waits(tenant) == 0
    elif when == "during":
        await asyncio.gather(tenant.outcome(item_id, kind, revision=1), expire_waits(tenant))
    else:
        assert await expire_waits(tenant) == 1
        assert (await tenant.item(item_id)).status == "UNKNOWN"
        await tenant.outcome(item_id, kind, revision=1)

    shown = await tenant.get(f"/{item_id}")
    assert shown["status"] == kind.upper()
    assert (shown["error"] or {}).get("code") == {"failed": "not_linked", "unknown": "outcome_unknown"}.get(kind)
    assert (await tenant.item(item_id)).due_at is None
    assert (await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"}, status=409))["code"] == (
        "item_not_unanswered"
    )


@pytest.mark.invariant("P5")
async def test_the_content_can_be_scheduled_again_only_after_a_person_resolved_the_item(
    tenant: Any, hand_over: HandOver
) -> None:
    item_id = await hand_over()
    assert [refusal["code"] for refusal in (await schedule_again(tenant, item_id))["refused"]] == ["already_scheduled"]
    early = await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"}, status=409)
    assert early["code"] == "already_handed_over"

    await expire_waits(tenant)
    assert [refusal["code"] for refusal in (await schedule_again(tenant, item_id))["refused"]] == ["outcome_unknown"]
    cancelled = await tenant.post(f"/{item_id}/cancel", status=409)
    shown = await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"})
    again = await schedule_again(tenant, item_id)

    assert (cancelled["code"], cancelled["detail"]) == (
        "item_finished",
        (await assert_emitted(tenant.context.database, PostUnanswered)).data.message,
    )
    assert (shown["status"], shown["revision"], shown["error"]) == ("CANCELLED", 4, None)
    assert len(again["created"]) == 1
    announced = await assert_emitted(tenant.context.database, PostCancelled)
    assert (announced.subject, announced.data.revision, announced.data.reason) == (item_id, 4, "cancelled")
    assert await audited(tenant) == [
        ("POST_OUTCOME_UNKNOWN", None),
        ("POST_RESOLVED", tenant.user_id),
        ("POST_CANCELLED", tenant.user_id),
        ("POST_SCHEDULED", tenant.user_id),
    ]


@pytest.mark.invariant("P6")
async def test_an_item_resolved_as_live_is_published_and_final(tenant: Any, hand_over: HandOver) -> None:
    item_id = await hand_over()
    await expire_waits(tenant)

    shown = await tenant.post(f"/{item_id}/resolve", {"outcome": "live", "url": URL})

    assert (shown["status"], shown["post_url"], shown["error"]) == ("PUBLISHED", URL, None)
    announced = await assert_emitted(tenant.context.database, PostConfirmed)
    assert (announced.subject, announced.data.revision, announced.data.post_url) == (item_id, 4, URL)
    assert announced.data.confirmed_by == tenant.user_id
    assert await audited(tenant) == [("POST_OUTCOME_UNKNOWN", None), ("POST_RESOLVED", tenant.user_id)]
    assert [refusal["code"] for refusal in (await schedule_again(tenant, item_id))["refused"]] == ["already_published"]
    # how the publisher reports a PostDue that is replayed now
    await tenant.outcome(item_id, "failed", revision=1)
    assert (await tenant.item(item_id)).status == "PUBLISHED"


@pytest.mark.invariant("P6")
async def test_a_late_success_cancels_the_item_that_a_person_scheduled_again(tenant: Any, hand_over: HandOver) -> None:
    item_id = await hand_over()
    await expire_waits(tenant)
    await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"})
    [second] = (await schedule_again(tenant, item_id))["created"]

    await tenant.outcome(item_id, "published", revision=1)

    assert (await tenant.item(item_id)).status == "PUBLISHED"
    assert (await tenant.item(second["id"])).status == "CANCELLED"
    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.parametrize(
    "body", [{"outcome": "live"}, {"outcome": "live", "url": "nowhere"}, {"outcome": "send_again"}]
)
async def test_an_incomplete_resolution_is_refused(tenant: Any, hand_over: HandOver, body: Any) -> None:
    item_id = await hand_over()
    await expire_waits(tenant)

    assert (await tenant.request("POST", f"/{item_id}/resolve", body)).status_code == 422
    assert (await tenant.item(item_id)).status == "UNKNOWN"


async def test_a_queued_item_can_not_be_resolved(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    refused = await tenant.post(f"/{item_id}/resolve", {"outcome": "live", "url": URL}, status=409)

    assert (refused["code"], (await tenant.item(item_id)).status) == ("item_not_unanswered", "QUEUED")


async def test_two_runs_of_one_deadline_emit_one_event(tenant: Any, hand_over: HandOver, database: Database) -> None:
    """As after a lease that ended during its run."""
    await hand_over()
    rows = []
    for _ in range(2):
        async with database.cross_account.transaction() as session:
            await session.execute(text("UPDATE scheduler.schedule_item SET due_at = now()"))
        rows += await claim_due(database, AWAITED_OUTCOMES)

    await asyncio.gather(*(OutcomeDeadline(tenant.context).run(row) for row in rows))

    assert len(rows) == 2
    await assert_emitted(database, PostUnanswered)
