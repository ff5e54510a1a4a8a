"""P5: a post with an unknown outcome is never sent again blindly."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from publisher.deliveries.jobs import unknown_outcomes
from publisher.deliveries.schemas import SendAgain
from publisher.models import DeliveryAttempt
from pulseworks_contracts import AuditRecorded, PostDelayed, PostFailed, PostOutcomeUnknown, PostPublished
from sqlalchemy import select, text
from testing import assert_emitted, emitted

from .conftest import StandIn, World

MINUTE = timedelta(minutes=1)


async def keys(standin: StandIn) -> list[str]:
    return [json.loads(request["body"])["idempotencyKey"] for request in await standin.requests()]


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout_after", "seconds": 0.2},
        {"kind": "drop_after"},
        {"kind": "status_after_effect", "status": 502},
        {"kind": "malformed"},
        {"kind": "malformed", "answer": {"status": "success"}},
    ],
    ids=["timeout", "dropped", "502", "cut off", "says nothing"],
)
async def test_a_post_with_a_lost_answer_is_found_in_the_history_and_sent_once(
    world: World, standin: StandIn, fault: dict[str, Any]
) -> None:
    await standin.fault(**fault)
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    assert await emitted(world.database, PostPublished) == []
    await world.run_loop()
    delivery = await world.delivery()
    [live] = await standin.posts()
    assert (delivery.status, delivery.platform_post_id) == ("published", live["network_id"])
    assert len(await standin.requests()) == 1
    await assert_emitted(world.database, PostPublished)


@pytest.mark.invariant("P5")
async def test_a_silent_provider_is_abandoned_after_the_timeout(world: World, standin: StandIn) -> None:
    world.context.ayrshare._send_timeout = 0.3
    await standin.fault(kind="timeout_after", seconds=30)
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P4")
@pytest.mark.parametrize(
    "fault",
    [{"kind": "status_before_effect", "status": 500}, {"kind": "drop_before"}, {"kind": "malformed_before"}],
    ids=["500", "dropped", "cut off"],
)
async def test_a_call_that_did_not_arrive_is_repeated_later_with_the_same_key(
    world: World, standin: StandIn, fault: dict[str, Any]
) -> None:
    await standin.fault(**fault)
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    # lookups before the end of the settling time prove nothing
    for _ in range(4):
        await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    assert len(await standin.requests()) == 1
    world.clock.advance(MINUTE)
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling", "one lookup is not enough"
    assert (await world.run_until_settled()).status == "published"
    assert await keys(standin) == [f"{delivery.id}-1", f"{delivery.id}-1"]
    assert len(await standin.posts()) == 1
    async with world.database.transaction(world.account_id) as session:
        rows = await session.execute(select(DeliveryAttempt).order_by(DeliveryAttempt.call))
        attempts = [(row.number, row.call, row.outcome) for row in rows.scalars()]
    assert attempts == [(1, 1, "unknown"), (1, 2, "accepted")]


@pytest.mark.invariant("P5")
async def test_a_repeated_call_is_refused_when_the_slow_first_call_arrived(world: World, standin: StandIn) -> None:
    """The history does not show it in time, so the same key is sent again and refused as used."""
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="malformed", answer={"history": []}, times=2)
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(MINUTE)
    delivery = await world.run_until_settled()
    assert (delivery.status, delivery.attempt) == ("published", 1)
    assert await keys(standin) == [f"{delivery.id}-1"] * 2
    assert len(await standin.posts()) == 1
    assert await emitted(world.database, PostFailed) == []


@pytest.mark.invariant("P5")
async def test_a_duplicate_of_another_post_is_never_reported_as_failed(world: World, standin: StandIn) -> None:
    """Code 137 because of another item's text: not found, never sent again, and shown as unknown."""
    await world.ready_post("The same words")
    await world.run_loop()
    twin = await world.ready_post("The same words")
    await world.run_loop()
    assert (await world.delivery(twin.item_id)).status == "reconciling"
    for _ in range(12):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery(twin.item_id)).status == "unknown"
    assert len(await standin.requests()) == 2
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5")
async def test_a_crash_while_sending_is_reconciled(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_after")
    await world.ready_post()
    await world.run_loop()
    # the state that a dead process leaves: fenced, leased, no answer recorded
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text("UPDATE publisher.delivery SET status = 'sending', lease_owner = gen_random_uuid(), due_at = now()")
        )
    await world.run_loop(leases_end=True)
    assert (await world.delivery()).status == "reconciling"
    assert (await world.run_until_settled()).status == "published"
    assert len(await standin.posts()) == len(await standin.requests()) == 1


@pytest.mark.invariant("P5")
async def test_an_unknown_outcome_is_shown_once_after_the_limit(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    await world.ready_post()
    for _ in range(20):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"
    event = await assert_emitted(world.database, PostOutcomeUnknown)
    assert event.data.attempt == 1
    records = [event.data.event_type for event in await emitted(world.database, AuditRecorded)]
    assert records.count("POST_OUTCOME_UNKNOWN") == 1
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P5")
async def test_a_post_that_could_not_be_looked_up_before_the_limit_is_still_looked_up(
    world: World, standin: StandIn
) -> None:
    await standin.fault(kind="drop_before")
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(60 * MINUTE)
    assert (await world.run_until_settled()).status == "published"
    assert await emitted(world.database, PostOutcomeUnknown) == []
    assert len(await standin.posts()) == 1


async def test_unknown_outcomes_are_counted(world: World, standin: StandIn) -> None:
    measure = unknown_outcomes(world.context)
    assert await measure.read() == 0
    await standin.fault(kind="timeout_after", seconds=0.2)
    await standin.fault(match="GET /api/history", kind="status", status=500, times="forever")
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(31 * MINUTE)
    await world.run_loop()
    assert (await world.delivery()).status == "unknown"
    assert await measure.read() == 1


@pytest.mark.invariant("P5")
async def test_an_unknown_post_that_is_found_later_is_published(world: World, standin: StandIn) -> None:
    await test_an_unknown_outcome_is_shown_once_after_the_limit(world, standin)
    await standin.http.request("DELETE", "/_control/faults")
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    await assert_emitted(world.database, PostPublished)


@pytest.mark.invariant("P5")
async def test_a_post_with_an_unknown_outcome_is_never_sent_again_automatically(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_before")
    await standin.fault(match="GET /api/history", kind="status", status=503, times=12)
    await world.ready_post()
    for _ in range(20):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P5", "P3")
async def test_every_check_is_made_again_before_a_repeated_call(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_before")
    await world.ready_post()
    await world.run_loop()
    await world.subscribe(posting=False, revision=2)
    world.clock.advance(2 * MINUTE)
    delivery = await world.run_until_settled()
    assert (delivery.status, delivery.error_code) == ("failed", "subscription_inactive")
    assert await standin.posts() == []


async def test_a_rejection_whose_answer_was_lost_fails_the_post(world: World, standin: StandIn) -> None:
    await standin.network_error(161, "Facebook authorization error.")
    await standin.fault(kind="drop_after")
    await world.ready_post()
    await world.run_loop()
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code) == ("failed", "authorization_lost")


async def test_an_unfinished_post_is_looked_up_again(world: World, standin: StandIn) -> None:
    unfinished = {"posts": [{"status": "processing", "id": "x", "errors": [], "postIds": []}]}
    await standin.fault(kind="malformed", answer=unfinished)
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    await world.run_loop()
    assert (await world.delivery()).status == "published"


@pytest.mark.invariant("P4", "P5")
async def test_a_used_key_is_replaced_only_by_a_persons_decision(world: World, standin: StandIn) -> None:
    """Ayrshare refuses the key as used and shows no post: only a person may decide to use another key."""
    refusal = {"action": "post", "status": "error", "code": 137, "message": "Duplicate idempotencyKey"}
    await standin.fault(kind="status", status=400, answer=refusal)
    await world.ready_post()
    for _ in range(20):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    delivery = await world.delivery()
    assert (delivery.status, len(await standin.requests())) == ("unknown", 1)
    async with world.database.transaction(world.account_id) as session:
        service = world.context.factory(session).deliveries()
        await service.resolve(delivery.id, SendAgain(outcome="send_again"), world.principal)
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert await keys(standin) == [f"{delivery.id}-1", f"{delivery.id}-2"]


@pytest.mark.invariant("P4", "P5")
async def test_an_answer_after_the_lease_was_lost_changes_nothing(world: World, standin: StandIn) -> None:
    await standin.fault(kind="latency", seconds=0.7)
    await world.ready_post()
    slow = asyncio.create_task(world.run_loop())
    while not await standin.requests():
        await asyncio.sleep(0.01)
    await world.run_loop(leases_end=True)  # another replica takes the row over and finds `sending`
    await slow
    assert (await world.delivery()).status == "reconciling"
    assert (await world.run_until_settled()).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 1
    await assert_emitted(world.database, PostPublished)


@pytest.mark.invariant("P4", "P5")
async def test_a_process_that_stalls_after_the_fence_does_not_call(
    world: World, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.deliveries.rules.SEND_WITHIN_SECONDS", -1.0)
    await world.ready_post()
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.next_attempt) == ("pending", 1)
    assert await standin.requests() == []


@pytest.mark.invariant("P5")
async def test_a_history_that_does_not_reach_back_proves_nothing(world: World, standin: StandIn) -> None:
    """The provider's lists all end after the call: no number of lookups proves that the post is absent."""
    later = (world.clock.now() + timedelta(hours=1)).isoformat()
    newer = [{"id": str(number), "notes": "other", "status": "success", "created": later} for number in range(500)]
    await standin.fault(kind="drop_before")
    await standin.fault(match="GET /api/history", kind="malformed", answer={"history": newer}, times="forever")
    await world.ready_post()
    for _ in range(20):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"
    assert len(await standin.requests()) == 1


async def burst(world: World, standin: StandIn, *, lost: str) -> UUID:
    """Have 60 posts of the profile published right after one whose call fails; return that one's item."""
    await standin.fault(kind=lost)
    frozen = await world.ready_post("The one in question")
    await world.run_loop()
    for number in range(60):
        await world.ready_post(f"Post {number} of a busy day")
    assert (await world.delivery(frozen.item_id)).status == "reconciling"
    await world.run_loop()
    return frozen.item_id


@pytest.mark.invariant("P5")
async def test_a_post_that_did_not_arrive_among_60_later_ones_is_sent_again_once(
    world: World, standin: StandIn
) -> None:
    item_id = await burst(world, standin, lost="drop_before")
    world.clock.advance(timedelta(minutes=3))
    for _ in range(4):
        await world.run_loop()
    delivery = await world.delivery(item_id)
    assert (delivery.status, delivery.attempt) == ("published", 1)
    live = [post["text"] for post in await standin.posts()]
    assert len(live) == len(set(live)) == 61


@pytest.mark.invariant("P5")
async def test_a_post_that_did_arrive_among_60_later_ones_is_found(world: World, standin: StandIn) -> None:
    item_id = await burst(world, standin, lost="drop_after")
    await world.run_loop()
    assert (await world.delivery(item_id)).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 61


@pytest.mark.invariant("P5")
async def test_a_search_covers_every_call_with_the_key(world: World, standin: StandIn) -> None:
    """A person has it sent again hours later, and the first call did arrive: its entry is older than the last call."""
    await test_an_unknown_outcome_is_shown_once_after_the_limit(world, standin)
    delivery = await world.delivery()
    async with world.database.transaction(world.account_id) as session:
        service = world.context.factory(session).deliveries()
        await service.resolve(delivery.id, SendAgain(outcome="send_again"), world.principal)
    await standin.http.request("DELETE", "/_control/faults")
    await world.run_loop()
    assert (await world.run_until_settled()).status == "published"
    assert len(await standin.posts()) == 1
    assert await emitted(world.database, PostFailed) == []


async def test_while_a_post_is_looked_for_its_delivery_and_an_event_say_so(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times=3)
    await world.ready_post()
    for _ in range(3):
        await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code, delivery.error_remedy) == ("reconciling", "outcome_pending", None)
    assert "may or may not be live on Facebook" in str(delivery.error_message)
    event = await assert_emitted(world.database, PostDelayed)
    assert (event.data.code, event.data.message) == (delivery.error_code, delivery.error_message)
    assert (await world.run_until_settled()).error_code is None


async def test_a_former_delay_is_not_shown_while_a_post_is_looked_for(world: World, standin: StandIn) -> None:
    """It waited for the provider, then its call was lost: "it goes out later" would be untrue by then."""
    await standin.fault(match="GET /api/user", kind="status", status=503)
    await standin.fault(kind="drop_after")
    await world.ready_post()
    world.clock.advance(MINUTE)
    await world.run_loop()
    assert (await world.delivery()).error_code == "provider_away"
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code) == ("reconciling", "outcome_pending")
    assert [event.data.code for event in await emitted(world.database, PostDelayed)] == [
        "provider_away",
        "outcome_pending",
    ]
