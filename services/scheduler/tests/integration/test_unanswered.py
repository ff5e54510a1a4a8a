"""A post that the publisher never answers for: shown as unknown by itself, and never posted twice on the way out."""

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
from scheduler.outcomes.jobs import OutcomeDeadline
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, claim_due, emitted

DAY, GRACE = timedelta(days=1), timedelta(hours=1)
URL = "https://facebook.example/by-hand"

HandOver = Callable[..., Awaitable[str]]


@pytest.fixture
def hand_over(tenant: Any, clock: ManualClock) -> HandOver:
    """Schedule a post and let its relay hand it over; what is left in the outbox is what came after."""

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


async def end_the_wait(tenant: Any) -> int:
    """Run what waits for an outcome as if its time had come; return how many that were."""
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.schedule_item SET due_at = now() WHERE due_at IS NOT NULL"))
    rows = await claim_due(tenant.context.database, AWAITED_OUTCOMES)
    await asyncio.gather(*(OutcomeDeadline(tenant.context).run(row) for row in rows))
    return len(rows)


async def schedule_again(tenant: Any, item_id: str) -> Any:
    item = await tenant.item(item_id)
    wanted = {"content_id": str(item.content_id), "platforms": ["FACEBOOK"], "scheduled_for": "2026-12-05T09:00:00Z"}
    response = await tenant.request("POST", "", {"items": [wanted]})
    return response.json()


async def acts(tenant: Any) -> list[tuple[str, Any]]:
    return [
        (record.data.event_type, record.data.user_id)
        for record in await emitted(tenant.context.database, AuditRecorded)
    ]


@pytest.mark.invariant("P5")
async def test_a_lost_post_due_ends_as_unknown_by_itself_and_everyone_hears_of_it(
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
    told = (await bus.collect(queues.CONTENT_SCHEDULE, 2))[-1]
    assert isinstance(told, PostUnanswered)
    assert (told.subject, told.data.revision, told.data.message) == (item_id, 3, shown["error"]["message"])
    records = await bus.collect(queues.IDENTITY_AUDIT, 2)
    assert [record.data.event_type for record in records] == ["POST_SCHEDULED", "POST_OUTCOME_UNKNOWN"]  # type: ignore[attr-defined]
    assert REGISTRY.get_sample_value("pulseworks_posts_unanswered_total") == counted + 1
    assert (await tenant.item(item_id)).due_at is None


@pytest.mark.invariant("P5")
async def test_the_wait_goes_by_the_expiry_that_the_publisher_was_given(
    tenant: Any, clock: ManualClock, hand_over: HandOver
) -> None:
    """A missed window that was shortened since then does not end it while the post may still be sent."""
    settings = tenant.context.settings
    tenant.context.settings = settings.model_copy(update={"missed_window_seconds": 24 * 3600})
    item_id = await tenant.schedule(clock.now() + 2 * DAY)
    tenant.context.settings = settings
    await hand_over()

    item = await tenant.item(item_id)
    assert item.due_at == item.scheduled_for + timedelta(hours=24) + GRACE


@pytest.mark.invariant("P6", "E4")
@pytest.mark.parametrize("kind", ["published", "failed", "unknown"])
@pytest.mark.parametrize("when", ["before", "meanwhile", "after"])
async def test_an_outcome_applies_whenever_it_comes(tenant: Any, hand_over: HandOver, kind: str, when: str) -> None:
    item_id = await hand_over()

    if when == "before":
        await tenant.outcome(item_id, kind, revision=1)
        assert await end_the_wait(tenant) == 0
    elif when == "meanwhile":
        await asyncio.gather(tenant.outcome(item_id, kind, revision=1), end_the_wait(tenant))
    else:
        assert await end_the_wait(tenant) == 1
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
async def test_the_content_is_scheduled_again_only_after_a_person_has_looked(tenant: Any, hand_over: HandOver) -> None:
    item_id = await hand_over()
    assert [refusal["code"] for refusal in (await schedule_again(tenant, item_id))["refused"]] == ["already_scheduled"]
    early = await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"}, status=409)
    assert early["code"] == "already_handed_over"

    await end_the_wait(tenant)
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
    told = await assert_emitted(tenant.context.database, PostCancelled)
    assert (told.subject, told.data.revision, told.data.reason) == (item_id, 4, "cancelled")
    assert await acts(tenant) == [
        ("POST_OUTCOME_UNKNOWN", None),
        ("POST_RESOLVED", tenant.user_id),
        ("POST_CANCELLED", tenant.user_id),
        ("POST_SCHEDULED", tenant.user_id),
    ]


@pytest.mark.invariant("P6")
async def test_what_a_person_says_is_live_is_published_and_stays_so(tenant: Any, hand_over: HandOver) -> None:
    item_id = await hand_over()
    await end_the_wait(tenant)

    shown = await tenant.post(f"/{item_id}/resolve", {"outcome": "live", "url": URL})

    assert (shown["status"], shown["post_url"], shown["error"]) == ("PUBLISHED", URL, None)
    told = await assert_emitted(tenant.context.database, PostConfirmed)
    assert (told.subject, told.data.revision, told.data.post_url) == (item_id, 4, URL)
    assert told.data.confirmed_by == tenant.user_id
    assert await acts(tenant) == [("POST_OUTCOME_UNKNOWN", None), ("POST_RESOLVED", tenant.user_id)]
    assert [refusal["code"] for refusal in (await schedule_again(tenant, item_id))["refused"]] == ["already_published"]
    # what the publisher makes of a PostDue that is replayed now
    await tenant.outcome(item_id, "failed", revision=1)
    assert (await tenant.item(item_id)).status == "PUBLISHED"


@pytest.mark.invariant("P6")
async def test_a_post_that_lives_after_all_stops_the_one_that_a_person_had_sent_again(
    tenant: Any, hand_over: HandOver
) -> None:
    item_id = await hand_over()
    await end_the_wait(tenant)
    await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"})
    [second] = (await schedule_again(tenant, item_id))["created"]

    await tenant.outcome(item_id, "published", revision=1)

    assert (await tenant.item(item_id)).status == "PUBLISHED"
    assert (await tenant.item(second["id"])).status == "CANCELLED"
    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.parametrize(
    "body", [{"outcome": "live"}, {"outcome": "live", "url": "nowhere"}, {"outcome": "send_again"}]
)
async def test_the_word_of_a_person_is_complete(tenant: Any, hand_over: HandOver, body: Any) -> None:
    item_id = await hand_over()
    await end_the_wait(tenant)

    assert (await tenant.request("POST", f"/{item_id}/resolve", body)).status_code == 422
    assert (await tenant.item(item_id)).status == "UNKNOWN"


async def test_a_post_that_waits_for_its_time_is_not_resolved(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    refused = await tenant.post(f"/{item_id}/resolve", {"outcome": "live", "url": URL}, status=409)

    assert (refused["code"], (await tenant.item(item_id)).status) == ("item_not_unanswered", "QUEUED")


async def test_two_runs_of_one_deadline_say_it_once(tenant: Any, hand_over: HandOver, database: Database) -> None:
    """As after a lease that ran out while its run was at work."""
    await hand_over()
    rows = []
    for _ in range(2):
        async with database.cross_account.transaction() as session:
            await session.execute(text("UPDATE scheduler.schedule_item SET due_at = now()"))
        rows += await claim_due(database, AWAITED_OUTCOMES)

    await asyncio.gather(*(OutcomeDeadline(tenant.context).run(row) for row in rows))

    assert len(rows) == 2
    await assert_emitted(database, PostUnanswered)
