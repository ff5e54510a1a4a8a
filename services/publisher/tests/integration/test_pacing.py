"""How fast the provider is called: pauses, Retry-After, the daily stop, the circuit breaker, turns of accounts."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import httpx2
import pytest
from common.due import DueRow
from publisher.api import create_api
from publisher.deliveries.jobs import DeliveryJob, delivery_loop
from publisher.factory import ProcessContext
from publisher.models import DELIVERIES, Delivery, ProviderProfile
from pulseworks_contracts import AuditRecorded, PostFailed, PostPublished
from sqlalchemy import select, text
from testing import ManualClock, assert_emitted, claim_due, emitted

from .conftest import StandIn, World

MINUTE = timedelta(minutes=1)
RATE_LIMITED = {"kind": "status", "status": 429, "answer": {"status": "error", "message": "Too many requests"}}


async def provider(world: World) -> ProviderProfile:
    async with world.database.transaction(world.account_id) as session:
        found: ProviderProfile = (await session.execute(select(ProviderProfile))).scalar_one()
    return found


def circuit(world: World) -> str:
    return world.context.breaker.state


async def due_in(world: World, delivery: Delivery) -> timedelta:
    async with world.database.transaction(world.account_id) as session:
        statement = text("SELECT due_at - clock_timestamp() FROM publisher.delivery WHERE id = :id")
        found: timedelta = (await session.execute(statement, {"id": delivery.id})).scalar_one()
        return found


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({}, 300, 330),
        ({"Retry-After": "42"}, 42, 72),
        ({"Retry-After": "7200"}, 7200, 7230),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "120000"}, 120, 150),
    ],
    ids=["a whole window", "seconds", "hours", "the window's end"],
)
async def test_a_refused_profile_waits_as_long_as_requested_plus_jitter(
    world: World, standin: StandIn, headers: dict[str, str], low: int, high: int
) -> None:
    await standin.fault(**RATE_LIMITED, headers=headers)
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    assert timedelta(seconds=low - 1) < await due_in(world, delivery) < timedelta(seconds=high)
    assert (delivery.status, delivery.error_code, delivery.next_attempt) == ("pending", "rate_limited", 2)
    paused = (await provider(world)).paused_until
    assert paused is not None
    assert paused - world.clock.now() == timedelta(seconds=low)


async def test_deliveries_of_a_paused_profile_are_deferred_in_one_statement(world: World, standin: StandIn) -> None:
    """Otherwise each due row would be claimed and released again and again."""
    for number in range(5):
        await world.ready_post(f"Post number {number} of five")
    await standin.fault(**RATE_LIMITED)
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text(
                "UPDATE publisher.delivery SET due_at = now() + interval '1 s' "
                "WHERE id <> (SELECT min(id::text)::uuid FROM publisher.delivery)"
            )
        )
    (row,) = await claimed(world, 1)
    await DeliveryJob(world.context).run(row)
    async with world.database.transaction(world.account_id) as session:
        waits = (await session.execute(text("SELECT due_at - clock_timestamp() FROM publisher.delivery"))).scalars()
        assert all(wait > 4 * MINUTE for wait in waits)
    assert len(await standin.requests()) == 1


async def claimed(world: World, limit: int) -> list[DueRow]:
    return await claim_due(world.database, DELIVERIES, limit=limit)


async def test_a_profile_pauses_before_its_limit_is_reached(world: World, standin: StandIn) -> None:
    """Of 10 calls in 5 minutes one is reserved for other requests; none is refused with 429."""
    await standin.configure(rate_limit=10, duplicate_check=False)
    for number in range(12):
        await world.ready_post(f"Post number {number}")
    for _ in range(3):
        await world.run_loop()
    requests = await standin.requests()
    assert len(requests) < 10
    assert {request["status"] for request in requests} == {200}
    profile = await provider(world)
    assert (profile.pause_reason, profile.refusals) == ("near_limit", 0)
    waiting = await deliveries(world, "pending")
    assert {delivery.error_code for delivery in waiting} <= {None, "profile_paused"}
    assert {delivery.attempt for delivery in waiting} == {0}


async def deliveries(world: World, status: str) -> list[Delivery]:
    async with world.database.transaction(world.account_id) as session:
        return list((await session.execute(select(Delivery).where(Delivery.status == status))).scalars())


async def test_a_profile_refused_all_day_pauses_long_before_it_would_be_suspended(
    world: World, standin: StandIn
) -> None:
    world.context.settings.profile_refusals_per_day = 3
    await standin.fault(**RATE_LIMITED, times="forever")
    frozen = world.post()
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.receive(world.due_event(frozen, window=timedelta(days=3)))
    started = world.clock.now()
    for _ in range(10):
        await world.run_loop()
        world.clock.advance(6 * MINUTE)
    assert len(await standin.requests()) == 3
    profile = await provider(world)
    assert profile.pause_reason == "day_stop"
    assert profile.paused_until == started + timedelta(days=1)
    delivery = await world.delivery()
    assert (delivery.status, delivery.attempt) == ("pending", 3)
    stops = [e.data for e in await emitted(world.database, AuditRecorded) if e.data.event_type == "PROFILE_PAUSED"]
    assert len(stops) == 1
    assert "3 requests" in stops[0].metadata["reason"]
    # the next day it is sent again, and the count starts again
    await standin.http.request("DELETE", "/_control/faults")
    world.clock.set(started + timedelta(days=1, minutes=1))
    await world.run_loop()
    assert (await world.delivery()).status == "published"


@pytest.mark.invariant("P6", "P7")
async def test_a_post_that_expires_during_a_pause_fails_at_once_with_the_reason(world: World, standin: StandIn) -> None:
    await standin.fault(**RATE_LIMITED, headers={"Retry-After": "36000"})
    await world.ready_post("The one that is refused")
    await world.run_loop()
    frozen = await world.ready_post("The one behind it")
    await world.run_loop()
    delivery = await world.delivery(frozen.item_id)
    assert (delivery.status, delivery.error_code, delivery.error_remedy) == ("failed", "profile_paused", "retry")
    assert delivery.error_message is not None
    assert "schedule it for a later time" in delivery.error_message
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P4")
async def test_a_pause_uses_no_attempt(world: World, standin: StandIn) -> None:
    await standin.network_error(440, "could not download")
    frozen = await world.ready_post()
    await world.run_loop()
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text("UPDATE publisher.provider_profile SET paused_until = now() + interval '1 hour'"))
    for _ in range(5):
        await world.run_loop()
    delivery = await world.delivery(frozen.item_id)
    assert (delivery.attempt, delivery.next_attempt, delivery.rejections) == (1, 2, 1)
    assert delivery.error_code == "media_unreachable", "the error of the post stays visible"


@pytest.mark.invariant("P5", "P6")
async def test_a_transient_refusal_is_retried_as_often_as_its_class_says(world: World, standin: StandIn) -> None:
    """Refusals of another class do not use up these retries."""
    await standin.fault(**RATE_LIMITED)
    await standin.fault(**RATE_LIMITED, skip=0)
    errors = [{"platform": "facebook", "code": 440, "message": "no", "times": 3}]
    (await standin.http.post("/_control/network_errors", json=errors)).raise_for_status()
    await world.ready_post()
    for _ in range(8):
        await world.run_loop()
        world.clock.advance(6 * MINUTE)
    keys = [json.loads(request["body"])["idempotencyKey"][-2:] for request in await standin.requests()]
    assert keys == ["-1", "-2", "-3", "-4", "-5"]
    event = await assert_emitted(world.database, PostFailed)
    assert event.data.code == "media_unreachable"
    assert await standin.posts() == []


async def test_retries_of_many_posts_are_spread(world: World, standin: StandIn) -> None:
    errors = [{"platform": "facebook", "code": 479, "message": "no", "times": 8}]
    (await standin.http.post("/_control/network_errors", json=errors)).raise_for_status()
    for number in range(8):
        await world.ready_post(f"Post number {number}")
    await world.run_loop()
    waits = sorted([(await due_in(world, delivery)).total_seconds() for delivery in await deliveries(world, "pending")])
    assert len(waits) == 8
    assert waits[0] > 15
    assert waits[-1] < 80
    assert waits[-1] - waits[0] > 15


@pytest.mark.invariant("P5")
async def test_a_server_error_with_retry_after_is_looked_up_then_and_not_sent_again(
    world: World, standin: StandIn
) -> None:
    await standin.fault(kind="status_after_effect", status=503, headers={"Retry-After": "60"})
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    assert delivery.status == "reconciling"
    assert timedelta(seconds=55) < await due_in(world, delivery) < timedelta(seconds=61)
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.requests()) == 1


async def test_a_history_lookup_applies_the_rate_limit_too(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_after")
    headers = {"x-ratelimit-max": "300", "x-ratelimit-count": "295"}
    await standin.fault(match="GET /api/history", kind="status", status=200, answer={"history": []}, headers=headers)
    await world.ready_post()
    await world.run_loop()
    await world.run_loop()
    assert (await provider(world)).pause_reason == "near_limit"
    await world.run_loop()
    assert len(await standin.requests("/api/history", "GET")) == 1


# --- the breaker ------------------------------------------------------------------------------------------------------


@pytest.mark.invariant("P4", "P5")
async def test_while_the_provider_is_down_nothing_is_sent_and_no_attempt_is_used(
    world: World, standin: StandIn
) -> None:
    away = world.context.ayrshare._base_url
    world.context.ayrshare._base_url = "http://127.0.0.1:1/api"
    for number in range(8):
        await world.ready_post(f"Post number {number}")
    await world.run_loop()
    assert circuit(world) == "open"
    waiting = await deliveries(world, "pending")
    assert Counter(delivery.attempt for delivery in waiting) == {1: 5, 0: 3}
    assert {delivery.error_code for delivery in waiting} == {"provider_away"}
    await world.run_loop()
    assert {d.attempt for d in await deliveries(world, "pending")} == {0, 1}, "no call was made"
    # the provider answers again: one call probes, the others follow
    world.context.ayrshare._base_url = away
    world.clock.advance(MINUTE)
    for _ in range(3):
        await world.run_loop()
    assert circuit(world) == "closed"
    assert len(await standin.posts()) == 8
    assert {delivery.attempt for delivery in await deliveries(world, "published")} == {1}


async def test_a_refusal_of_our_own_key_opens_the_circuit_at_once(world: World, standin: StandIn) -> None:
    """Ayrshare refuses our key: no customer can fix that, and no further post is used to probe."""
    refusal = {"status": "error", "code": 102, "message": "API Key not valid or missing."}
    await standin.fault(kind="status", status=403, answer=refusal, times="forever")
    for number in range(4):
        await world.ready_post(f"Post number {number}")
    await world.run_loop()
    assert len(await standin.requests()) == 1
    assert len(await deliveries(world, "pending")) == 4
    assert await emitted(world.database, PostFailed) == []
    await standin.http.request("DELETE", "/_control/faults")
    world.clock.advance(MINUTE)
    for _ in range(2):
        await world.run_loop()
    assert len(await standin.posts()) == 4


@pytest.mark.invariant("P5")
async def test_history_lookups_stop_while_the_circuit_is_open_and_the_limit_still_applies(
    world: World, standin: StandIn
) -> None:
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    await world.ready_post()
    for _ in range(12):
        await world.run_loop()
    assert circuit(world) == "open"
    looks = len(await standin.requests("/api/history", "GET"))
    assert looks < 6
    world.clock.advance(timedelta(minutes=31))
    await world.run_loop()
    assert (await world.delivery()).status == "unknown"


@pytest.mark.invariant("P7")
async def test_a_post_that_expired_while_waiting_names_the_reason_for_the_delay(world: World, standin: StandIn) -> None:
    world.context.ayrshare._base_url = "http://127.0.0.1:1/api"
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(timedelta(hours=6, seconds=1))
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert event.data.code == "missed"
    assert "the posting provider did not answer" in event.data.message


async def test_with_an_open_circuit_the_process_is_degraded_and_ready(context: ProcessContext) -> None:
    transport = httpx2.ASGITransport(app=create_api(context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://publisher") as http:
        assert (await http.get("/readyz")).json()["status"] == "ready"
        context.breaker.permit().failed(at_once=True)
        answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["ayrshare"] == "ProviderCircuitOpenError"


# --- turns ------------------------------------------------------------------------------------------------------------


async def copy_delivery(world: World, count: int) -> None:
    """Add ``count`` items of the account's only post, due a minute ago."""
    async with world.database.transaction(world.account_id) as session:
        columns = (
            "item_revision, content_id, content_revision, content_hash, platform, payload, provider_profile_id, "
            "platform_account_id, scheduled_for, expires_at, status, due_since"
        )
        await session.execute(
            text(f"""
                WITH made AS (
                    INSERT INTO publisher.delivery (id, account_id, schedule_item_id, due_at, {columns})
                    SELECT gen_random_uuid(), account_id, gen_random_uuid(), now() - interval '1 minute', {columns}
                    FROM publisher.delivery, generate_series(1, :count) RETURNING account_id, schedule_item_id
                )
                INSERT INTO publisher.scheduled_post (account_id, item_id, revision, cancelled, frozen)
                SELECT made.account_id, made.schedule_item_id, 1, false, original.frozen
                FROM made, (SELECT frozen FROM publisher.scheduled_post LIMIT 1) AS original
            """),
            {"count": count},
        )


async def test_five_thousand_posts_of_one_customer_do_not_delay_those_of_another(
    world: World, context: ProcessContext, standin: StandIn, clock: ManualClock
) -> None:
    await standin.configure(duplicate_check=False, rate_limit=0)
    await standin.fault(kind="latency", seconds=0.1, times="forever")
    other = type(world)(context, standin, clock)
    await other.subscribe()
    await other.connect()
    flood = await world.ready_post("Of the customer with many posts")
    await copy_delivery(world, 5_000)
    loop = delivery_loop(context)
    await loop.start()
    while len(await standin.requests()) < 5:
        await asyncio.sleep(0.02)
    single = await other.ready_post("Of the customer with one post")
    before = len(await standin.requests())
    async with asyncio.timeout(20):
        while (await other.delivery()).status != "published":
            await asyncio.sleep(0.05)
    order = [json.loads(request["body"])["post"] for request in await standin.requests()]
    await loop.stop()
    assert order.count(single.payload.text) == 1
    assert order.index(single.payload.text) - before <= context.settings.delivery_concurrency
    assert order.count(flood.payload.text) > 4
    waiting = await deliveries(world, "pending")
    assert len(waiting) > 4_900
    assert {delivery.attempt for delivery in waiting} == {0}
    await assert_emitted(other.database, PostPublished, times=len(await standin.posts()))
