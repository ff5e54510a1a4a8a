"""P3: the linked accounts are fetched right before a post is sent, and its placement is confirmed afterwards.

No webhook arrives in these tests, because Ayrshare's may be minutes late.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from pulseworks_contracts import AuditRecorded, PostFailed, PostPublished, ProfileNeedsReconnect
from sqlalchemy import text
from testing import assert_emitted, emitted

OTHER_PAGE = "999000999000999"
NOT_FRESH = timedelta(seconds=6)


async def link_another_page(world: Any) -> None:
    session = await world.connections.create_link_session(world.account_id)
    await world.standin.link(session.url, facebook=OTHER_PAGE)


async def status_requests(standin: Any) -> int:
    return len(await standin.requests("/api/user", "GET"))


@pytest.mark.invariant("P1", "P3")
async def test_another_page_linked_without_a_webhook_gets_no_post(world: Any, standin: Any) -> None:
    await world.ready_post()
    await link_another_page(world)
    world.clock.advance(NOT_FRESH)
    await world.run_loop()
    assert await standin.requests() == []
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("profile_not_verified", "reconnect")
    lost = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert lost.data.platforms == ["FACEBOOK"], "the scheduler parks the other posts of the account"


async def test_a_status_of_a_moment_ago_is_not_fetched_again(world: Any, standin: Any) -> None:
    world.clock.advance(NOT_FRESH)
    before = await status_requests(standin)
    await world.ready_post()
    await world.ready_post("Bread from the night", "INSTAGRAM")
    await world.run_loop()
    await world.run_loop()
    assert len(await standin.posts()) == 2
    assert await status_requests(standin) == before + 1


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "status": 503}, {"kind": "malformed"}])
async def test_the_post_waits_until_the_status_can_be_fetched(world: Any, standin: Any, fault: dict[str, Any]) -> None:
    world.clock.advance(NOT_FRESH)
    await world.ready_post()
    await standin.fault(match="GET /api/user", **fault)
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code, delivery.attempt) == ("pending", "provider_away", 0)
    assert await standin.requests() == []
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


async def test_a_rate_limited_status_request_pauses_the_profile(world: Any, standin: Any) -> None:
    world.clock.advance(NOT_FRESH)
    await world.ready_post()
    await standin.fault(match="GET /api/user", kind="status", status=429, answer={"status": "error", "message": "slow"})
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code) == ("pending", "profile_paused")
    asked = await status_requests(standin)
    await world.run_loop()
    assert await status_requests(standin) == asked, "a pause applies to status requests too"
    world.clock.advance(timedelta(minutes=6))
    await world.run_loop()
    assert (await world.delivery()).status == "published"


async def test_a_suspended_profile_fails_the_post_with_a_remedy(world: Any, standin: Any) -> None:
    world.clock.advance(NOT_FRESH)
    await world.ready_post()
    answer = {"activeSocialAccounts": ["facebook"], "displayNames": [], "suspended": True}
    answer["displayNames"] = [{"platform": "facebook", "id": "100200300400500", "pageName": "Bakery"}]
    await standin.fault(match="GET /api/user", kind="status", status=200, answer=answer)
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("profile_refused", "contact_support")
    assert await standin.requests() == []


@pytest.mark.parametrize(("status", "code"), [(403, 403), (400, 9999), (404, None)])
async def test_a_refused_profile_fails_its_own_post_only(
    world: Any, standin: Any, status: int, code: int | None
) -> None:
    world.clock.advance(NOT_FRESH)
    await world.ready_post()
    answer = {"status": "error", "message": "No such profile.", "code": code}
    await standin.fault(match="GET /api/user", kind="status", status=status, answer=answer)
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("profile_refused", "contact_support")
    assert "post was not sent" in event.data.message
    assert await standin.requests() == []
    assert world.context.breaker.state == "closed"


async def send_while_another_page_is_linked(world: Any, standin: Any) -> None:
    """Link another Page after the last status request, during the call."""
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    sending = asyncio.create_task(world.run_loop())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await sending


async def misplaced_audit(world: Any, event_type: str = "POST_WENT_ELSEWHERE") -> dict[str, Any]:
    events = [event.data for event in await emitted(world.database, AuditRecorded)]
    [entry] = [data.metadata for data in events if data.event_type == event_type]
    return entry


@pytest.mark.invariant("P3", "P6", "P8")
async def test_a_misplaced_post_is_removed_and_never_reported_as_published(world: Any, standin: Any) -> None:
    await send_while_another_page_is_linked(world, standin)
    assert len(await standin.requests()) == 1
    assert await standin.posts() == [], "it was removed from the other Page"
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("wrong_account", "reconnect")
    assert OTHER_PAGE in event.data.message
    assert "removed there" in event.data.message
    assert await emitted(world.database, PostPublished) == []
    entry = await misplaced_audit(world)
    assert entry["appeared_on"] == OTHER_PAGE
    assert (await misplaced_audit(world, "STRAY_POST_REMOVED"))["platform_post_id"] == entry["platform_post_id"]
    assert entry["platform_post_id"].startswith(OTHER_PAGE)
    await assert_emitted(world.database, ProfileNeedsReconnect)


@pytest.mark.invariant("P3", "P5")
async def test_a_misplaced_post_is_found_after_its_answer_was_lost(world: Any, standin: Any) -> None:
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    sending = asyncio.create_task(world.run_loop())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await sending
    assert (await world.delivery()).status == "reconciling"
    await world.run_loop()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []
    assert await emitted(world.database, PostPublished) == []


async def test_a_misplaced_post_that_can_not_be_removed_is_reported_with_its_address(world: Any, standin: Any) -> None:
    await standin.fault(match="DELETE /api/post", kind="status", status=500)
    await send_while_another_page_is_linked(world, standin)
    [live] = await standin.posts()
    event = await assert_emitted(world.database, PostFailed)
    assert "if it is still visible" in event.data.message
    assert live["url"] in event.data.message
    assert (await misplaced_audit(world, "STRAY_POST_STAYS"))["appeared_on"] == OTHER_PAGE


async def test_the_placement_is_unclear_while_the_status_can_not_be_fetched(world: Any, standin: Any) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503)
    await send_while_another_page_is_linked(world, standin)
    assert (await world.delivery()).status == "reconciling"
    await world.run_loop()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


async def test_an_id_alone_does_not_prove_a_misplaced_post(world: Any, standin: Any, clock: Any) -> None:
    """The Page has been linked for some time, so Meta and Ayrshare use different ids for it."""
    clock.advance(timedelta(minutes=3))
    await world.ready_post()
    row = {"status": "success", "id": "555_666", "postUrl": "https://facebook.com/555_666", "platform": "facebook"}
    answer = {"status": "success", "posts": [{"status": "success", "errors": [], "postIds": [row], "id": "a"}]}
    await standin.fault(kind="status", status=200, answer=json.dumps(answer))
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.platform_post_id) == ("published", "555_666")


@pytest.mark.invariant("P3")
async def test_a_misplaced_post_is_recognised_even_if_the_right_page_is_linked_again(world: Any, standin: Any) -> None:
    await world.ready_post()
    sessions = [await world.connections.create_link_session(world.account_id) for _ in range(2)]
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    sending = asyncio.create_task(world.run_loop())
    await asyncio.sleep(0.2)
    await standin.link(sessions[0].url, facebook=OTHER_PAGE)
    await sending
    await standin.link(sessions[1].url, facebook="100200300400500")
    await world.run_loop()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


@pytest.mark.invariant("P3", "P5")
async def test_a_misplaced_post_of_an_earlier_call_is_left_until_the_last_call_has_settled(
    world: Any, standin: Any
) -> None:
    await standin.fault(kind="drop_before")
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await world.run_loop()
    assert (await world.delivery()).status == "pending", "shown absent, to be sent again with the same key"
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    sending = asyncio.create_task(world.run_loop())
    await asyncio.sleep(0.3)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await sending
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    assert len(await standin.posts()) == 1
    world.clock.advance(timedelta(minutes=2))
    await world.run_loop()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


async def test_with_nothing_linked_the_placement_is_unclear(world: Any, standin: Any) -> None:
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    sending = asyncio.create_task(world.run_loop())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await asyncio.sleep(0)
    await standin.fault(match="GET /api/user", kind="status", status=200, answer={"suspended": False})
    await sending
    assert (await world.delivery()).status == "reconciling"
    assert len(await standin.posts()) == 1, "without proof nothing is removed"


@pytest.mark.invariant("P3")
async def test_a_status_that_is_too_old_to_record_still_stops_the_post(world: Any, standin: Any) -> None:
    """Another replica, whose clock is ahead, has recorded a newer status; now Ayrshare reports another Page."""
    await world.ready_post()
    await link_another_page(world)
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text("UPDATE publisher.provider_profile SET refreshed_at = now() + interval '1 minute'"))
    await world.run_loop()
    assert await standin.requests() == []
    assert (await world.delivery()).error_code == "connection_lost"


async def test_after_the_right_page_is_linked_again_the_post_can_come_due_again(world: Any, standin: Any) -> None:
    await send_while_another_page_is_linked(world, standin)
    await world.connect()
    failed = await world.delivery()
    frozen = world.post()
    again = frozen.model_copy(update={"item_id": failed.schedule_item_id, "revision": 2})
    await world.approve(again)
    await world.schedule(again)
    await world.come_due(again)
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.attempt) == ("published", 2)
    [live] = await standin.posts()
    assert live["network_id"].startswith("100200300400500_")
