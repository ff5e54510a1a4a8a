"""From a due post to a live one, on a real database and over real HTTP."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from publisher.models import DeliveryAttempt
from publisher.worker import ROUTERS
from pulseworks_contracts import AuditRecorded, PostFailed, PostOutcomeUnknown, PostPublished
from sqlalchemy import select
from testing import assert_emitted, deliver_twice, emitted

from .conftest import StandIn, World


async def test_a_due_post_goes_live_once_and_is_announced(world: World, standin: StandIn) -> None:
    frozen = await world.ready_post()
    await world.run_loop()
    [live] = await standin.posts()
    delivery = await world.delivery()
    assert (delivery.status, delivery.due_at, delivery.lease_owner) == ("published", None, None)
    assert delivery.platform_post_id == live["network_id"]
    assert live["profile_ref_id"] == world.ref_id
    event = await assert_emitted(world.database, PostPublished)
    assert (event.data.item_id, event.data.attempt, event.data.revision) == (frozen.item_id, 1, delivery.revision)
    assert event.data.post_url == delivery.post_url
    assert await world.run_loop() == 0


@pytest.mark.invariant("P4", "M2")
@pytest.mark.parametrize(("platform", "options"), [("FACEBOOK", "faceBookOptions"), ("INSTAGRAM", "instagramOptions")])
async def test_the_call_carries_profile_key_idempotency_key_and_note(
    world: World, standin: StandIn, platform: Any, options: str
) -> None:
    frozen = await world.ready_post(platform=platform)
    await world.run_loop()
    [request] = await standin.requests()
    body, delivery = json.loads(request["body"]), await world.delivery()
    assert request["headers"]["profile-key"]
    assert body["idempotencyKey"] == body["notes"] == f"{delivery.id}-1"
    assert body["post"] == frozen.payload.text
    assert body["platforms"] == [platform.lower()]
    assert body["mediaUrls"] == [frozen.payload.media[0].url]
    assert body[options] == {"altText": ["Bread on a shelf"]}
    assert request["status"] == 200


@pytest.mark.invariant("P4")
async def test_the_fence_is_committed_before_the_call(world: World, standin: StandIn) -> None:
    await standin.fault(kind="latency", seconds=1.0)
    await world.ready_post()
    running = asyncio.create_task(world.run_loop())
    while not await standin.requests():
        await asyncio.sleep(0.01)
    # another connection sees the fence during the call
    delivery = await world.delivery()
    async with world.database.transaction(world.account_id) as session:
        attempt = (await session.execute(select(DeliveryAttempt))).scalar_one()
    assert (delivery.status, delivery.attempt) == ("sending", 1)
    assert (attempt.idempotency_key, attempt.finished_at) == (f"{delivery.id}-1", None)
    assert await standin.posts() == []
    await running
    assert (await world.delivery()).status == "published"


@pytest.mark.invariant("E3", "P4")
async def test_a_post_that_is_due_twice_is_one_delivery(world: World, standin: StandIn) -> None:
    frozen = world.post()
    await world.approve(frozen)
    await world.schedule(frozen)
    await deliver_twice(ROUTERS, world.due_event(frozen), world.database, world.context.factory)
    # another event for the same item, as from a scheduler that emits twice
    await world.come_due(frozen)
    await world.run_loop()
    assert await world.run_loop() == 0
    assert len(await standin.posts()) == 1
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P8")
async def test_each_attempt_is_audited_with_ids_and_result(world: World, standin: StandIn) -> None:
    await standin.network_error(440, "could not download")
    frozen = await world.ready_post()
    await world.run_loop()
    await world.run_loop()
    records = await emitted(world.database, AuditRecorded)
    attempts = [r.data for r in records if r.data.event_type == "POST_ATTEMPTED"]
    assert [(a.metadata["attempt"], a.metadata["result"]) for a in attempts] == [
        (1, "rejected_for_now"),
        (2, "accepted"),
    ]
    [published] = [r.data for r in records if r.data.event_type == "POST_PUBLISHED"]
    facts = published.metadata
    assert facts["schedule_item_id"] == str(frozen.item_id)
    assert facts["provider_profile_id"] == world.ref_id
    assert facts["platform_account_id"] == frozen.platform_account_id
    assert facts["approved_by"] == str(world.user_id)
    assert facts["platform_post_id"] == (await world.delivery()).platform_post_id


@pytest.mark.invariant("P4", "P6")
async def test_the_next_key_is_used_after_a_definite_rejection(world: World, standin: StandIn) -> None:
    await standin.network_error(479, "could not download")
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code, delivery.next_attempt) == ("pending", "media_unreachable", 2)
    await world.run_loop()
    keys = [json.loads(request["body"])["idempotencyKey"] for request in await standin.requests()]
    assert keys == [f"{delivery.id}-1", f"{delivery.id}-2"]
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P6")
async def test_a_rejected_post_fails_with_a_remedy(world: World, standin: StandIn) -> None:
    await standin.network_error(161, "Facebook authorization error.")
    await world.ready_post()
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("authorization_lost", "reconnect")
    assert "Facebook" in event.data.message
    assert (await world.delivery()).status == "failed"


async def test_too_many_requests_pause_the_whole_profile(world: World, standin: StandIn) -> None:
    await standin.fault(kind="status", status=429, answer={"status": "error", "message": "Too many requests"})
    first = await world.ready_post("The first of two posts")
    await world.run_loop()
    second = await world.ready_post("The second of two posts")
    await world.run_loop()
    assert len(await standin.requests()) == 1  # no retry, and no call for the other post
    assert (await world.delivery(first.item_id)).status == (await world.delivery(second.item_id)).status == "pending"
    world.clock.advance(world.context.settings.records_grace * 5)
    await world.run_loop()
    assert len(await standin.posts()) == 2
    assert (await world.delivery(first.item_id)).attempt == 2


async def test_after_a_refused_connection_the_same_key_is_used_again(world: World, standin: StandIn) -> None:
    right = world.context.ayrshare._base_url
    world.context.ayrshare._base_url = "http://127.0.0.1:1/api"
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.next_attempt, delivery.not_sent) == ("pending", 1, 1)
    world.context.ayrshare._base_url = right
    await world.run_loop()
    [live] = await standin.posts()
    assert live["idempotency_key"] == f"{delivery.id}-1"


@pytest.mark.invariant("M3")
async def test_the_profile_key_is_in_no_event_no_attempt_and_no_log(
    world: World, standin: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.ready_post()
    await world.run_loop()
    [request] = await standin.requests()
    key = request["headers"]["profile-key"]
    await standin.fault(kind="status", status=400, answer={"status": "error", "code": 1, "message": f"bad key {key}"})
    await world.ready_post("Another post altogether")
    await world.run_loop()
    written = [event.to_json().decode() for event in await emitted(world.database, AuditRecorded)]
    written += [event.to_json().decode() for event in await emitted(world.database, PostFailed)]
    async with world.database.transaction(world.account_id) as session:
        written += [str(a.provider_answer) for a in (await session.execute(select(DeliveryAttempt))).scalars()]
    output = capsys.readouterr()
    assert any("bad key" in line for line in written)
    assert key not in "".join([*written, output.out, output.err])
    assert await emitted(world.database, PostOutcomeUnknown) == []


async def test_a_post_that_is_due_early_by_another_clock_waits_for_its_time(world: World, standin: StandIn) -> None:
    """The database's clock decides what is due. If it jumps an hour ahead, no post is sent an hour early."""
    frozen = world.post().model_copy(update={"scheduled_for": world.clock.now() + timedelta(hours=1)})
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.come_due(frozen)
    await world.run_loop()
    assert (await world.delivery()).status == "pending"
    assert await standin.requests() == []
    world.clock.advance(timedelta(minutes=59, seconds=30))
    await world.run_loop()
    assert (await world.delivery()).status == "published", "a clock skew of seconds delays nothing"


async def test_an_early_post_is_not_failed_before_its_time(world: World) -> None:
    frozen = world.post().model_copy(update={"scheduled_for": world.clock.now() + timedelta(hours=1)})
    await world.come_due(frozen)
    for _ in range(3):
        world.clock.advance(timedelta(minutes=5))
        await world.run_loop()
    assert (await world.delivery()).status == "pending", "its approval may still arrive"


def posts_counted() -> tuple[float, float]:
    """Return how many posts were sent in time, and how many at all or never."""
    metric = "pulseworks_post_lateness_seconds"
    in_time = REGISTRY.get_sample_value(f"{metric}_bucket", {"le": "60.0"}) or 0
    return in_time, REGISTRY.get_sample_value(f"{metric}_count") or 0


@pytest.mark.parametrize(("late", "in_time"), [(59, 1), (61, 0)])
async def test_a_post_is_in_time_by_its_first_call_however_many_follow(
    world: World, standin: StandIn, late: int, in_time: int
) -> None:
    before = posts_counted()
    await standin.fault(kind="status", status=429)
    await world.ready_post()
    world.clock.advance(timedelta(seconds=late))
    delivery = await world.run_until_settled()
    assert (delivery.status, len(await standin.requests())) == ("published", 2)
    assert posts_counted() == (before[0] + in_time, before[1] + 1)


async def test_a_post_that_is_never_sent_because_it_is_too_late_is_not_in_time(world: World, standin: StandIn) -> None:
    before = posts_counted()
    await world.ready_post()
    world.clock.advance(timedelta(hours=6, seconds=1))
    delivery = await world.run_until_settled()
    assert (delivery.error_code, await standin.requests()) == ("missed", [])
    assert posts_counted() == (before[0], before[1] + 1)


async def test_a_post_that_a_check_refuses_is_neither_late_nor_in_time(world: World) -> None:
    before = posts_counted()
    await world.come_due(world.post())
    world.clock.advance(timedelta(hours=1))  # no record of an approval
    delivery = await world.run_until_settled()
    assert delivery.status == "failed"
    assert posts_counted() == before
