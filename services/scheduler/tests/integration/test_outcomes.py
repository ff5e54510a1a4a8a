"""Outcomes that the publisher reports: twice, late, and in any order."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from common.ids import new_id
from pulseworks_contracts import PostDue, PostFailed, PostFailedData
from scheduler.factory import Factory
from scheduler.items.errors import ItemUnknownError
from scheduler.worker import ROUTERS
from sqlalchemy import text
from testing import ManualClock, deliver, emitted

DAY = timedelta(days=1)


@pytest.mark.invariant("P6", "E4")
@pytest.mark.parametrize("order", list(itertools.permutations(["unknown", "failed", "published"])))
async def test_published_is_final_in_any_order(tenant: Any, clock: ManualClock, order: tuple[str, ...]) -> None:
    revisions = {"unknown": 1, "failed": 2, "published": 3}
    item_id = await tenant.schedule(clock.now() + DAY)

    for kind in order:
        await tenant.outcome(item_id, kind, revision=revisions[kind])
    await tenant.outcome(item_id, "failed", revision=9)

    shown = await tenant.get(f"/{item_id}")
    assert (shown["status"], shown["error"]) == ("PUBLISHED", None)
    assert (shown["post_url"], shown["platform_post_id"]) == ("https://facebook.example/1", "fb-1")
    assert (await tenant.post(f"/{item_id}/cancel", status=409))["code"] == "item_finished"


@pytest.mark.invariant("E4")
async def test_an_older_outcome_does_not_replace_a_newer_one(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    await tenant.outcome(item_id, "failed", revision=2)
    await tenant.outcome(item_id, "unknown", revision=1)

    shown = await tenant.get(f"/{item_id}")
    assert shown["status"] == "FAILED"
    assert shown["error"] == {"code": "not_linked", "message": "Connect it again.", "remedy": "reconnect"}


async def test_the_content_of_a_failed_post_can_be_scheduled_again(tenant: Any, clock: ManualClock) -> None:
    content_id = await tenant.approve()
    first = await tenant.schedule(clock.now() + DAY, content_id)
    await tenant.outcome(first, "failed", revision=1)

    second = await tenant.schedule(clock.now() + DAY, content_id)

    assert first != second


@pytest.mark.invariant("P6")
@pytest.mark.parametrize("late", ["published", "unknown"])
async def test_a_late_success_cancels_the_replacement(tenant: Any, clock: ManualClock, late: str) -> None:
    content_id = await tenant.approve()
    first = await tenant.schedule(clock.now() + DAY, content_id)
    await tenant.outcome(first, "failed", revision=1)
    second = await tenant.schedule(clock.now() + 2 * DAY, content_id)

    await tenant.outcome(first, late, revision=2)

    assert (await tenant.item(first)).status == late.upper()
    assert (await tenant.item(second)).status == "CANCELLED"
    assert second not in {due.subject for due in await emitted(tenant.context.database, PostDue)}


async def test_an_unknown_outcome_blocks_a_second_attempt(tenant: Any, clock: ManualClock) -> None:
    """Postiz PR #1813: a live post was reported as failed, its user retried it, and it was posted twice."""
    content_id = await tenant.approve()
    item_id = await tenant.schedule(clock.now() + DAY, content_id)
    await tenant.outcome(item_id, "unknown", revision=1)

    wanted = {"content_id": str(content_id), "platforms": ["FACEBOOK"], "scheduled_for": "2026-12-05T09:00:00Z"}
    result = await tenant.post("", {"items": [wanted]})

    assert [refusal["code"] for refusal in result["refused"]] == ["outcome_unknown"]


async def test_an_outcome_for_an_item_of_another_account_is_refused(
    tenant: Any, new_tenant: Any, clock: ManualClock
) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    item = await tenant.item(item_id)
    stranger = new_tenant()
    data = PostFailedData(
        delivery_id=new_id(),
        revision=1,
        item_id=item.id,
        content_id=item.content_id,
        platform="FACEBOOK",
        provider_profile_id="ref-1",
        platform_account_id="page-1",
        attempt=1,
        code="not_linked",
        message="",
        remedy="reconnect",
    )
    event = PostFailed(account_id=stranger.account_id, subject=item_id, data=data)

    with pytest.raises(ItemUnknownError):
        await deliver(ROUTERS, event, tenant.context.database, lambda session: Factory(tenant.context, session))

    assert (await tenant.item(item_id)).status == "QUEUED"


@pytest.mark.invariant("E4")
async def test_a_delay_is_shown_until_the_outcome(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    async with tenant.context.database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE scheduler.schedule_item SET status = 'SCHEDULED', due_event_id = NULL"))

    await tenant.outcome(item_id, "delayed", revision=3)

    shown = await tenant.get(f"/{item_id}")
    assert (shown["status"], shown["revision"]) == ("SCHEDULED", 2)
    assert shown["error"] == {"code": "outcome_pending", "message": "We are looking for it.", "remedy": "wait"}

    await tenant.outcome(item_id, "published", revision=4)
    await tenant.outcome(item_id, "delayed", revision=2)

    shown = await tenant.get(f"/{item_id}")
    assert (shown["status"], shown["error"]) == ("PUBLISHED", None)


@pytest.mark.parametrize("kind", ["failed", "unknown"])
async def test_a_delay_does_not_replace_an_outcome(tenant: Any, clock: ManualClock, kind: str) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.outcome(item_id, kind, revision=2)
    before = await tenant.get(f"/{item_id}")

    await tenant.outcome(item_id, "delayed", revision=5)

    assert await tenant.get(f"/{item_id}") == before
