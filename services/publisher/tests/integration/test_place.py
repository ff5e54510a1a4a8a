"""P3: what is linked is asked right before a post goes, since it goes to whatever is linked, and looked at after.

Ayrshare's webhooks do not come in any of these tests, as they may not for minutes.
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
A_WHILE = timedelta(seconds=6)


async def link_another_page(world: Any) -> None:
    session = await world.connections.create_link_session(world.account_id)
    await world.standin.link(session.url, facebook=OTHER_PAGE)


async def questions(standin: Any) -> int:
    return len(await standin.requests("/api/user", "GET"))


@pytest.mark.invariant("P1", "P3")
async def test_another_page_linked_before_the_time_gets_nothing_though_no_webhook_came(
    world: Any, standin: Any
) -> None:
    await world.ready_post()
    await link_another_page(world)
    world.clock.advance(A_WHILE)
    await world.turn()
    assert await standin.requests() == []
    told = await assert_emitted(world.database, PostFailed)
    assert (told.data.code, told.data.remedy) == ("profile_not_verified", "reconnect")
    lost = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert lost.data.platforms == ["FACEBOOK"], "what else is scheduled there is parked from this"


async def test_what_was_told_a_moment_ago_is_not_asked_again(world: Any, standin: Any) -> None:
    world.clock.advance(A_WHILE)
    before = await questions(standin)
    await world.ready_post()
    await world.ready_post("Bread from the night", "INSTAGRAM")
    await world.turn()
    await world.turn()
    assert len(await standin.posts()) == 2
    assert await questions(standin) == before + 1


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "status": 503}, {"kind": "malformed"}])
async def test_while_nobody_answers_the_question_the_post_waits_and_then_goes(
    world: Any, standin: Any, fault: dict[str, Any]
) -> None:
    world.clock.advance(A_WHILE)
    await world.ready_post()
    await standin.fault(match="GET /api/user", **fault)
    await world.turn()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code, delivery.attempt) == ("pending", "provider_away", 0)
    assert await standin.requests() == []
    await world.turn()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


async def test_a_refused_question_pauses_the_profile(world: Any, standin: Any) -> None:
    world.clock.advance(A_WHILE)
    await world.ready_post()
    await standin.fault(match="GET /api/user", kind="status", status=429, answer={"status": "error", "message": "slow"})
    await world.turn()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code) == ("pending", "profile_paused")
    asked = await questions(standin)
    await world.turn()
    assert await questions(standin) == asked, "a pause is a pause for questions too"
    world.clock.advance(timedelta(minutes=6))
    await world.turn()
    assert (await world.delivery()).status == "published"


async def test_a_suspended_profile_fails_with_whom_to_turn_to(world: Any, standin: Any) -> None:
    world.clock.advance(A_WHILE)
    await world.ready_post()
    answer = {"activeSocialAccounts": ["facebook"], "displayNames": [], "suspended": True}
    answer["displayNames"] = [{"platform": "facebook", "id": "100200300400500", "pageName": "Bakery"}]
    await standin.fault(match="GET /api/user", kind="status", status=200, answer=answer)
    await world.turn()
    told = await assert_emitted(world.database, PostFailed)
    assert (told.data.code, told.data.remedy) == ("profile_refused", "contact_support")
    assert await standin.requests() == []


@pytest.mark.parametrize(("status", "code"), [(403, 403), (400, 9999), (404, None)])
async def test_a_profile_that_is_refused_fails_its_post_at_once_and_harms_no_other(
    world: Any, standin: Any, status: int, code: int | None
) -> None:
    world.clock.advance(A_WHILE)
    await world.ready_post()
    answer = {"status": "error", "message": "No such profile.", "code": code}
    await standin.fault(match="GET /api/user", kind="status", status=status, answer=answer)
    await world.turn()
    told = await assert_emitted(world.database, PostFailed)
    assert (told.data.code, told.data.remedy) == ("profile_refused", "contact_support")
    assert "post was not sent" in told.data.message
    assert await standin.requests() == []
    assert world.context.breaker.state == "closed"


async def turn_while_another_page_is_linked(world: Any, standin: Any) -> None:
    """Link another Page after the last question, while the call is on its way."""
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    turning = asyncio.create_task(world.turn())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await turning


async def stray_audit(world: Any, event_type: str = "POST_WENT_ELSEWHERE") -> dict[str, Any]:
    events = [event.data for event in await emitted(world.database, AuditRecorded)]
    [stray] = [data.metadata for data in events if data.event_type == event_type]
    return stray


@pytest.mark.invariant("P3", "P6", "P8")
async def test_a_post_that_went_to_another_page_is_removed_and_never_told_as_published(
    world: Any, standin: Any
) -> None:
    await turn_while_another_page_is_linked(world, standin)
    assert len(await standin.requests()) == 1
    assert await standin.posts() == [], "it was on the other Page, and is there no more"
    told = await assert_emitted(world.database, PostFailed)
    assert (told.data.code, told.data.remedy) == ("wrong_account", "reconnect")
    assert OTHER_PAGE in told.data.message
    assert "removed there" in told.data.message
    assert await emitted(world.database, PostPublished) == []
    stray = await stray_audit(world)
    assert stray["appeared_on"] == OTHER_PAGE
    assert (await stray_audit(world, "STRAY_POST_REMOVED"))["platform_post_id"] == stray["platform_post_id"]
    assert stray["platform_post_id"].startswith(OTHER_PAGE)
    await assert_emitted(world.database, ProfileNeedsReconnect)


@pytest.mark.invariant("P3", "P5")
async def test_a_post_that_went_to_another_page_is_found_there_after_its_answer_was_lost(
    world: Any, standin: Any
) -> None:
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    turning = asyncio.create_task(world.turn())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await turning
    assert (await world.delivery()).status == "reconciling"
    await world.turn()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []
    assert await emitted(world.database, PostPublished) == []


async def test_a_stray_post_that_stays_is_shown_with_its_address(world: Any, standin: Any) -> None:
    await standin.fault(match="DELETE /api/post", kind="status", status=500)
    await turn_while_another_page_is_linked(world, standin)
    [live] = await standin.posts()
    told = await assert_emitted(world.database, PostFailed)
    assert "if it is still visible" in told.data.message
    assert live["url"] in told.data.message
    assert (await stray_audit(world, "STRAY_POST_STAYS"))["appeared_on"] == OTHER_PAGE


async def test_it_is_unknown_where_it_went_while_nobody_says_what_is_linked(world: Any, standin: Any) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503)
    await turn_while_another_page_is_linked(world, standin)
    assert (await world.delivery()).status == "reconciling"
    await world.turn()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


async def test_an_id_alone_is_no_proof_that_it_went_elsewhere(world: Any, standin: Any, clock: Any) -> None:
    """The Page has been linked for long: then Meta calls it by another id than Ayrshare does."""
    clock.advance(timedelta(minutes=3))
    await world.ready_post()
    row = {"status": "success", "id": "555_666", "postUrl": "https://facebook.com/555_666", "platform": "facebook"}
    answer = {"status": "success", "posts": [{"status": "success", "errors": [], "postIds": [row], "id": "a"}]}
    await standin.fault(kind="status", status=200, answer=json.dumps(answer))
    await world.turn()
    delivery = await world.delivery()
    assert (delivery.status, delivery.platform_post_id) == ("published", "555_666")


@pytest.mark.invariant("P3")
async def test_a_stray_post_is_one_also_when_the_right_page_is_back_before_we_look(world: Any, standin: Any) -> None:
    await world.ready_post()
    sessions = [await world.connections.create_link_session(world.account_id) for _ in range(2)]
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    turning = asyncio.create_task(world.turn())
    await asyncio.sleep(0.2)
    await standin.link(sessions[0].url, facebook=OTHER_PAGE)
    await turning
    await standin.link(sessions[1].url, facebook="100200300400500")
    await world.turn()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


@pytest.mark.invariant("P3", "P5")
async def test_a_stray_post_that_may_be_an_earlier_call_s_is_left_until_the_last_call_has_settled(
    world: Any, standin: Any
) -> None:
    await standin.fault(kind="drop_before")
    await world.ready_post()
    await world.turn()
    world.clock.advance(timedelta(minutes=2))
    for _ in range(2):
        await world.turn()
    assert (await world.delivery()).status == "pending", "shown absent, to be sent again with the same key"
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    await standin.fault(kind="drop_after")
    turning = asyncio.create_task(world.turn())
    await asyncio.sleep(0.3)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await turning
    await world.turn()
    assert (await world.delivery()).status == "reconciling"
    assert len(await standin.posts()) == 1
    world.clock.advance(timedelta(minutes=2))
    await world.turn()
    assert (await world.delivery()).error_code == "wrong_account"
    assert await standin.posts() == []


async def test_nothing_linked_any_more_says_nothing_about_where_it_went(world: Any, standin: Any) -> None:
    await world.ready_post()
    session = await world.connections.create_link_session(world.account_id)
    await standin.fault(kind="latency", seconds=0.6)
    turning = asyncio.create_task(world.turn())
    await asyncio.sleep(0.2)
    await standin.link(session.url, facebook=OTHER_PAGE)
    await asyncio.sleep(0)
    await standin.fault(match="GET /api/user", kind="status", status=200, answer={"suspended": False})
    await turning
    assert (await world.delivery()).status == "reconciling"
    assert len(await standin.posts()) == 1, "nothing is removed without somebody's word"


@pytest.mark.invariant("P3")
async def test_an_answer_that_our_records_do_not_take_still_stops_the_post(world: Any, standin: Any) -> None:
    """Another replica whose clock is ahead has noted a newer answer, and Ayrshare names another Page by now."""
    await world.ready_post()
    await link_another_page(world)
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text("UPDATE publisher.provider_profile SET refreshed_at = now() + interval '1 minute'"))
    await world.turn()
    assert await standin.requests() == []
    assert (await world.delivery()).error_code == "connection_lost"


async def test_after_the_right_page_is_back_the_post_can_come_due_anew(world: Any, standin: Any) -> None:
    await turn_while_another_page_is_linked(world, standin)
    await world.connect()
    failed = await world.delivery()
    frozen = world.post()
    again = frozen.model_copy(update={"item_id": failed.schedule_item_id, "revision": 2})
    await world.approve(again)
    await world.schedule(again)
    await world.fall_due(again)
    await world.turn()
    delivery = await world.delivery()
    assert (delivery.status, delivery.attempt) == ("published", 2)
    [live] = await standin.posts()
    assert live["network_id"].startswith("100200300400500_")
