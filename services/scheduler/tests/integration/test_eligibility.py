"""Subscription, connection and approval may lapse and return. Their events may arrive twice and in any order."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest
from common.database import Database
from pulseworks_contracts import AuditRecorded, PostCancelled, PostDue, PostMissed, PostScheduled
from scheduler.factory import Factory
from sqlalchemy import text
from testing import ManualClock, assert_emitted, emitted

DAY = timedelta(days=1)


@pytest.mark.invariant("P7", "E3")
async def test_posting_lapses_and_returns(tenant: Any, clock: ManualClock) -> None:
    """Postiz does not publish posts of a lapsed subscription, not even after it returned."""
    soon = await tenant.schedule(clock.now() + DAY)
    later = await tenant.schedule(clock.now() + 3 * DAY)

    await tenant.subscribe(revision=2, posting=False)

    assert await emitted(tenant.context.database, PostDue) == []
    announced = await emitted(tenant.context.database, PostCancelled)
    assert [(event.data.reason, event.data.revision) for event in announced] == [("parked", 2)] * 2
    shown = await tenant.get(f"/{soon}")
    assert (shown["status"], shown["error"]["code"]) == ("PARKED", "subscription_without_posting")
    move = await tenant.post(f"/{soon}/move", {"scheduled_for": (clock.now() + 5 * DAY).isoformat()}, status=409)
    assert move["code"] == "item_parked"

    clock.advance(2 * DAY)
    await tenant.subscribe(revision=3, posting=True)

    assert [(await tenant.item(i)).status for i in (soon, later)] == ["MISSED", "QUEUED"]
    due = await assert_emitted(tenant.context.database, PostDue)
    assert (due.subject, due.data.revision) == (later, 3)
    scheduled = (await emitted(tenant.context.database, PostScheduled))[-1]
    assert (scheduled.subject, scheduled.data.revision) == (later, 3)
    missed = await assert_emitted(tenant.context.database, PostMissed)
    assert (missed.subject, missed.data.revision) == (soon, 3)
    assert (await tenant.get(f"/{later}"))["error"] is None
    actions = [record.data.event_type for record in await emitted(tenant.context.database, AuditRecorded)]
    assert sorted(actions) == ["POST_MISSED", "POST_PARKED", "POST_PARKED"] + ["POST_SCHEDULED"] * 3


@pytest.mark.invariant("E4")
async def test_an_older_subscription_event_changes_nothing(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    await tenant.subscribe(revision=3, posting=True)
    await tenant.subscribe(revision=2, posting=False)

    assert (await tenant.item(item_id)).status == "QUEUED"
    await assert_emitted(tenant.context.database, PostDue)


@pytest.mark.invariant("P7")
async def test_a_lost_connection_parks_its_platform_until_the_same_account_is_verified_again(
    tenant: Any, clock: ManualClock
) -> None:
    facebook = await tenant.schedule(clock.now() + DAY)
    instagram = await tenant.schedule(clock.now() + DAY, platform="INSTAGRAM")

    await tenant.lose("FACEBOOK", revision=2)
    assert await _statuses(tenant, facebook, instagram) == ["PARKED", "QUEUED"]

    await tenant.verify(revision=3, page="another-page")
    assert await _statuses(tenant, facebook, instagram) == ["PARKED", "QUEUED"]
    assert (await tenant.item(facebook)).error_code == "profile_changed"

    await tenant.verify(revision=4)
    assert await _statuses(tenant, facebook, instagram) == ["QUEUED", "QUEUED"]
    assert (await tenant.item(facebook)).platform_account_id == "page-1"


@pytest.mark.invariant("P2", "P7")
@pytest.mark.parametrize("change", [{"profile": "ref-2"}, {"page": "page-2"}, {"platforms": ("INSTAGRAM",)}])
async def test_another_verified_account_never_takes_over_a_frozen_post(
    tenant: Any, clock: ManualClock, change: dict[str, Any]
) -> None:
    """A post on the wrong Page is the worst failure for a client (Postiz PR #1679)."""
    item_id = await tenant.schedule(clock.now() + DAY)

    await tenant.verify(revision=2, **change)

    assert (await tenant.item(item_id)).status == "PARKED"
    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_order_of_profile_events_does_not_matter(
    new_tenant: Any, clock: ManualClock, order: tuple[int, ...]
) -> None:
    """Verified, Facebook lost, verified with only Instagram: Instagram may post and Facebook may not."""
    tenant = new_tenant()
    await tenant.subscribe(revision=1, posting=True)
    content_id = await tenant.approve()
    events = [
        lambda: tenant.verify(revision=1),
        lambda: tenant.lose("FACEBOOK", revision=2),
        lambda: tenant.verify(revision=3, platforms=("INSTAGRAM",)),
    ]

    for place in order:
        await events[place]()
    wanted = {"content_id": str(content_id), "scheduled_for": (clock.now() + DAY).isoformat()}
    result = await tenant.post("", {"items": [wanted]}, status=201)

    assert [item["platform"] for item in result["created"]] == ["INSTAGRAM"]
    assert [refusal["code"] for refusal in result["refused"]] == ["platform_not_verified"]


@pytest.mark.invariant("E4")
async def test_a_loss_that_arrives_before_its_verification_still_counts(new_tenant: Any, clock: ManualClock) -> None:
    tenant = new_tenant()
    await tenant.subscribe(revision=1, posting=True)
    content_id = await tenant.approve()

    await tenant.lose("FACEBOOK", revision=2)
    await tenant.verify(revision=1)
    wanted = {"content_id": str(content_id), "scheduled_for": (clock.now() + DAY).isoformat()}
    result = await tenant.post("", {"items": [wanted]}, status=201)

    assert [item["platform"] for item in result["created"]] == ["INSTAGRAM"]
    assert [refusal["code"] for refusal in result["refused"]] == ["profile_needs_reconnect"]


@pytest.mark.parametrize("first", ["subscription", "profile"])
async def test_a_parked_post_is_queued_when_its_last_blocker_is_gone(
    tenant: Any, clock: ManualClock, first: str
) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.subscribe(revision=2, posting=False)
    await tenant.lose("FACEBOOK", revision=2)
    restore = [lambda: tenant.subscribe(revision=3, posting=True), lambda: tenant.verify(revision=3)]
    if first == "profile":
        restore.reverse()

    await restore[0]()
    assert (await tenant.item(item_id)).status == "PARKED"
    await restore[1]()
    assert (await tenant.item(item_id)).status == "QUEUED"
    await assert_emitted(tenant.context.database, PostDue)


@pytest.mark.invariant("P1", "P7")
async def test_scheduling_waits_for_a_lapse_that_is_being_handled(
    tenant: Any, clock: ManualClock, database: Database
) -> None:
    """The request must wait for the event that is being handled. Otherwise it would read outdated rows."""
    content_id = await tenant.approve()
    wanted = {
        "content_id": str(content_id),
        "platforms": ["FACEBOOK"],
        "scheduled_for": (clock.now() + DAY).isoformat(),
    }
    lapse = tenant.subscription(revision=2, posting=False)

    async with database.transaction(tenant.account_id) as session:
        await Factory(tenant.context, session).holds().apply_subscription(lapse)
        request = asyncio.create_task(tenant.post("", {"items": [wanted]}))
        async with asyncio.timeout(5):
            while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                await asyncio.sleep(0.01)
                assert not request.done()

    assert [refusal["code"] for refusal in (await request)["refused"]] == ["subscription_without_posting"]
    assert await emitted(database, PostDue) == []


@pytest.mark.parametrize("ending", ["withdraw", "delete", "approve"])
@pytest.mark.parametrize("parked", [False, True])
async def test_a_post_is_cancelled_when_its_approval_ends(
    tenant: Any, clock: ManualClock, ending: str, parked: bool
) -> None:
    """Postiz: "there is no approved flag that blocks publishing". Here an edit cancels the posts."""
    content_id = await tenant.approve()
    item_id = await tenant.schedule(clock.now() + DAY, content_id)
    if parked:
        await tenant.subscribe(revision=2, posting=False)

    await getattr(tenant, ending)(content_id, revision=2)
    await tenant.subscribe(revision=3, posting=True)

    item = await tenant.item(item_id)
    reason = {"delete": "content_deleted"}.get(ending, "approval_withdrawn")
    assert (item.status, item.error_code) == ("CANCELLED", reason)
    assert (await emitted(tenant.context.database, PostCancelled))[-1].data.reason == reason
    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.invariant("E4")
async def test_content_events_apply_by_revision_and_not_by_arrival(tenant: Any, clock: ManualClock) -> None:
    content_id = await tenant.approve(revision=3)
    item_id = await tenant.schedule(clock.now() + DAY, content_id)

    await tenant.withdraw(content_id, revision=2)
    await tenant.approve(content_id, revision=1, text="An older text")
    assert (await tenant.item(item_id)).status == "QUEUED"

    other = tenant.approval(revision=1)
    await tenant.withdraw(other.data.content_id, revision=2)
    await tenant.receive(other)
    gone = tenant.approval(revision=5)
    await tenant.delete(gone.data.content_id, revision=2)
    await tenant.receive(gone)
    wanted = [
        {"content_id": str(event.data.content_id), "scheduled_for": (clock.now() + 2 * DAY).isoformat()}
        for event in (other, gone)
    ]
    result = await tenant.post("", {"items": wanted})
    assert [refusal["code"] for refusal in result["refused"]] == ["content_not_approved"] * 2


async def _statuses(tenant: Any, *items: str) -> list[str]:
    return [(await tenant.item(item_id)).status for item_id in items]
