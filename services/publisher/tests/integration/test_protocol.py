"""Bugs that the model found in the protocol, on a real database and against the stand-in."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from publisher.deliveries.schemas import SendAgain
from pulseworks_contracts import PostCancelled, PostCancelledData, PostFailed
from testing import assert_emitted

MINUTE = timedelta(minutes=1)
HISTORY = "GET /api/history"
BUSY = {"action": "post", "status": "error", "code": 136, "message": "Media URLs invalid."}


async def keys(standin: Any) -> list[str]:
    return [json.loads(request["body"])["idempotencyKey"].rsplit("-", 1)[1] for request in await standin.requests()]


async def send_again(world: Any) -> None:
    delivery = await world.delivery()
    async with world.database.transaction(world.account_id) as session:
        service = world.context.factory(session).deliveries()
        await service.resolve(delivery.id, SendAgain(outcome="send_again"), world.principal)


async def bring_to_unknown(world: Any, standin: Any) -> None:
    """Bring a delivery to `unknown`: its call had no definite result, and the history does not reach back."""
    later = (world.clock.now() + timedelta(hours=9)).isoformat()
    newer = [{"id": str(number), "notes": "other", "status": "success", "created": later} for number in range(25)]
    await standin.fault(kind="drop_before")
    await standin.fault(match=HISTORY, kind="malformed", answer={"history": newer}, times="forever")
    await world.ready_post()
    for _ in range(20):
        if (await world.delivery()).status == "unknown":
            break
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"


@pytest.mark.invariant("P4", "P5")
async def test_the_key_stays_when_a_repeated_call_is_rejected(world: Any, standin: Any) -> None:
    """The second call is rejected, but the first one may still be in flight, and only the same key stops it."""
    await standin.fault(kind="drop_before")
    await world.ready_post()
    await world.run_loop()
    world.clock.advance(2 * MINUTE)
    await standin.fault(kind="status", status=400, answer=BUSY)
    for _ in range(6):
        await world.run_loop()
        world.clock.advance(MINUTE)
    assert (await world.delivery()).status == "published"
    assert await keys(standin) == ["1", "1", "1"]
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P4", "P5")
async def test_the_key_stays_when_the_item_comes_due_again_after_a_lost_call(world: Any, standin: Any) -> None:
    await standin.fault(kind="drop_before")
    frozen = await world.ready_post()
    await world.run_loop()
    await world.subscribe(posting=False, revision=2)
    world.clock.advance(2 * MINUTE)
    assert (await world.run_until_settled()).error_code == "subscription_inactive"
    await world.subscribe(revision=3)
    again = frozen.model_copy(update={"revision": 2})
    await world.schedule(again)
    await world.come_due(again)
    assert (await world.run_until_settled()).status == "published"
    assert await keys(standin) == ["1", "1"]


@pytest.mark.invariant("P4")
async def test_the_next_key_is_used_when_the_item_comes_due_again_after_a_rejection(world: Any, standin: Any) -> None:
    await standin.network_error(161, "Facebook authorization error.")
    frozen = await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "failed"
    await standin.http.request("DELETE", "/_control/network_errors")
    again = frozen.model_copy(update={"revision": 2})
    await world.schedule(again)
    await world.come_due(again)
    assert (await world.run_until_settled()).status == "published"
    assert await keys(standin) == ["1", "2"]


@pytest.mark.invariant("P5")
async def test_a_lookup_that_began_too_early_proves_nothing_however_late_it_ends(world: Any, standin: Any) -> None:
    await standin.fault(kind="drop_before")
    await standin.fault(match=HISTORY, kind="latency", seconds=0.4, times=2)
    await world.ready_post()
    await world.run_loop()
    for expected in (1, 2):
        look = asyncio.create_task(world.run_loop())
        while len(await standin.requests("/api/history", "GET")) < expected:
            await asyncio.sleep(0.01)
        if expected == 1:
            world.clock.advance(2 * MINUTE)
        await look
        assert (await world.delivery()).absent_looks == expected - 1


@pytest.mark.invariant("P5")
async def test_no_outcome_is_shown_as_unknown_while_the_last_call_may_be_in_flight(world: Any, standin: Any) -> None:
    """Otherwise a person could have it sent again within seconds, since the limit counts from the first call."""
    await bring_to_unknown(world, standin)
    await standin.fault(kind="drop_before")
    await send_again(world)
    await world.run_loop()
    for _ in range(3):
        await world.run_loop()
        assert (await world.delivery()).status == "reconciling"
    world.clock.advance(MINUTE)
    await world.run_loop()
    assert (await world.delivery()).status == "unknown"


@pytest.mark.invariant("P5")
async def test_an_old_rejection_is_not_attributed_to_the_last_call(world: Any, standin: Any) -> None:
    """After two calls with one key, the entry may be from the first call while the second one goes live."""
    await standin.configure(idempotency_check=False, duplicate_check=False)
    await bring_to_unknown(world, standin)
    await standin.http.request("DELETE", "/_control/faults")
    delivery = await world.delivery()
    refused = {
        "id": "first",
        "notes": delivery.idempotency_key,
        "status": "error",
        "errors": [{"code": 161, "message": "Facebook authorization error.", "platform": "facebook"}],
    }
    await standin.fault(match=HISTORY, kind="malformed", answer={"history": [refused]})
    await standin.fault(kind="drop_after")
    await send_again(world)
    await world.run_loop()
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling"
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P6")
async def test_a_revision_that_came_due_during_the_call_is_not_silently_lost(world: Any, standin: Any) -> None:
    """Only an older cancellation arrives afterwards: the post fails visibly instead of being cancelled."""
    await standin.fault(kind="drop_before")
    frozen = await world.ready_post()
    await world.run_loop()
    again = frozen.model_copy(update={"revision": 3})
    await world.come_due(again)
    taken_back = PostCancelledData(item_id=frozen.item_id, revision=2, content_id=frozen.content_id, reason="parked")
    event = PostCancelled(account_id=world.account_id, subject=str(frozen.item_id), data=taken_back)
    await world.receive(event)
    world.clock.advance(2 * MINUTE)
    delivery = await world.run_until_settled()
    assert (delivery.status, delivery.error_code) == ("failed", "records_missing")
    await assert_emitted(world.database, PostFailed)
