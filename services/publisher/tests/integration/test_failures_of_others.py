"""Failures of similar products, each as a test. Names and numbers are theirs.

This service's README lists those that another test guards.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from publisher.deliveries.jobs import DeliveryJob
from publisher.factory import ProcessContext
from publisher.models import DELIVERIES
from publisher.transitions.service import DeliveryTransitions
from pulseworks_contracts import PostFailed, PostPublished
from sqlalchemy import text
from testing import assert_emitted, claim_due, emitted

from .conftest import StandIn, World

MINUTE = timedelta(minutes=1)


async def disable_duplicate_checks(standin: StandIn) -> None:
    """Ayrshare's own checks are racy and may be missing: only our fence prevents a second post."""
    await standin.configure(duplicate_check=False, idempotency_check=False)


async def claim(world: World) -> Any:
    return await claim_due(world.database, DELIVERIES)


@pytest.mark.invariant("P4")
async def test_two_schedulers_that_both_see_a_due_row_send_once(
    world: World, context: ProcessContext, standin: StandIn
) -> None:
    """Mixpost: check, then save, without a lock. Ayrshare: two concurrent calls may both be posted."""
    await disable_duplicate_checks(standin)
    await world.ready_post()
    second = ProcessContext.create(context.settings, clock=context.clock)
    both = await asyncio.gather(claim(world), claim(world), claim(world))
    rows = [row for rows in both for row in rows]
    assert len(rows) == 1
    # even if both hold the same row, as after an expired lease: the run that lost the lease does not send
    [row] = rows
    async with world.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE publisher.delivery SET due_at = now() - interval '1 s'"))
    [taken_over] = await claim(world)
    await asyncio.gather(DeliveryJob(context).run(row), DeliveryJob(second).run(taken_over))
    await second.close()
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P6")
async def test_a_side_effect_that_fails_after_the_post_does_not_send_it_again(
    world: World, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BrightBean 2, Postiz #1321: writing the log after a successful post fails, so the post is retried."""
    await disable_duplicate_checks(standin)
    frozen = await world.ready_post()
    audit, broken = DeliveryTransitions.audit, True

    async def failing(self: DeliveryTransitions, event_type: str, *args: Any, **facts: Any) -> None:
        if broken and event_type == "POST_PUBLISHED":
            raise OSError("the database went away")
        await audit(self, event_type, *args, **facts)

    monkeypatch.setattr(DeliveryTransitions, "audit", failing)
    with pytest.raises(OSError, match="went away"):
        await world.run_loop()
    assert (await world.delivery(frozen.item_id)).status == "sending"
    broken = False
    await world.run_loop(leases_end=True)
    await world.run_loop()
    assert (await world.delivery(frozen.item_id)).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 1
    await assert_emitted(world.database, PostPublished)


@pytest.mark.invariant("P5")
async def test_the_pause_before_a_retry_is_kept(world: World, standin: StandIn) -> None:
    """BrightBean 1: the due query ignores the time of the next retry, which happens 15 seconds later."""
    await standin.network_error(440, "could not download")
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "pending"
    assert await claim(world) == [], "not due yet"
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P4", "P5")
@pytest.mark.parametrize("left", ["sending", "pending", "reconciling"])
async def test_no_delivery_stays_unfinished(world: World, standin: StandIn, left: str) -> None:
    """Mixpost #8, BrightBean 4: a dead worker leaves "publishing", and no other one takes the post over."""
    await disable_duplicate_checks(standin)
    await standin.fault(kind="drop_before")
    frozen = await world.ready_post()
    if left != "pending":
        await world.run_loop()
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text(
                "UPDATE publisher.delivery SET status = :left, lease_owner = gen_random_uuid(), "
                "due_at = now() + interval '45 s'"
            ),
            {"left": left},
        )
    assert await claim(world) == [], "the lease has not expired"
    await world.run_loop(leases_end=True)
    world.clock.advance(MINUTE)
    delivery = await world.run_until_settled()
    assert (delivery.status, delivery.schedule_item_id) == ("published", frozen.item_id)
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P6")
@pytest.mark.parametrize("state", ["sending", "reconciling", "unknown"])
async def test_an_edit_during_the_call_does_not_post_twice(world: World, standin: StandIn, state: str) -> None:
    """Postiz: an edit ends the workflow and starts another one; the post being sent is published as well."""
    await disable_duplicate_checks(standin)
    await standin.fault(kind="drop_after")
    frozen = await world.ready_post()
    await world.run_loop()
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text("UPDATE publisher.delivery SET status = :state, lease_owner = NULL"), {"state": state}
        )
    edited = frozen.model_copy(update={"revision": 2, "scheduled_for": world.clock.now()})
    await world.schedule(edited)
    await world.come_due(edited)
    delivery = await world.delivery()
    assert delivery.status == state, "what may be live stays as it is"
    for _ in range(3):
        await world.run_loop()
        world.clock.advance(MINUTE)
    assert (await world.delivery()).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P6")
async def test_a_published_post_is_never_published_again(world: World, standin: StandIn) -> None:
    """Postiz PR #1841: editing an old post publishes it again at once; only the frontend prevented it."""
    await disable_duplicate_checks(standin)
    frozen = await world.ready_post()
    await world.run_loop()
    for revision in range(2, 6):
        again = frozen.model_copy(update={"revision": revision, "scheduled_for": world.clock.now()})
        await world.approve(again, revision=revision + 10)
        await world.schedule(again)
        await world.come_due(again)
        await world.run_loop()
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P5")
async def test_while_the_outcome_is_unknown_there_is_no_retry(world: World, standin: StandIn) -> None:
    """Postiz PR #1681: shown as failed, the user retries, and the post appears twice."""
    await disable_duplicate_checks(standin)
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    frozen = await world.ready_post()
    for _ in range(15):
        await world.run_loop()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"
    assert await emitted(world.database, PostFailed) == [], "never reported as failed"
    await world.come_due(frozen.model_copy(update={"revision": 2}))
    await world.run_loop()
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P5")
async def test_a_short_history_is_requested_without_ayrshares_cache(world: World, standin: StandIn) -> None:
    """Lists above 25 may be a minute old: our post would seem absent and be sent a second time.

    With a longer list the stand-in's cache would hide the post, as Ayrshare's does.
    """
    await disable_duplicate_checks(standin)
    await world.ready_post("A first one, which fills the cache")
    await standin.fault(kind="drop_after")
    await standin.fault(kind="drop_after")
    await world.run_loop()
    await world.run_loop()
    await world.ready_post("A second one, right behind it")
    await world.run_loop()
    await world.run_loop()
    looks = await standin.requests("/api/history", "GET")
    assert all("limit=25&" in look["query"] for look in looks)
    assert len(await standin.posts()) == len(await standin.requests()) == 2
    assert len(await emitted(world.database, PostPublished)) == 2


@pytest.mark.invariant("P6")
async def test_an_error_names_its_post_and_what_to_do(world: World, standin: StandIn) -> None:
    """Postiz #1040: "the caption is too long", without the account."""
    await world.ready_post("One that goes out")
    bad = await world.ready_post("One that does not", platform="INSTAGRAM")
    await standin.network_error(132, "Post too long", "instagram")
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.item_id, event.data.content_id, event.data.platform) == (
        bad.item_id,
        bad.content_id,
        "INSTAGRAM",
    )
    assert (event.data.code, event.data.remedy) == ("text_too_long", "edit")
    assert "Shorten it" in event.data.message


@pytest.mark.invariant("P4")
async def test_ayrshares_own_check_may_admit_two_concurrent_calls(
    world: World, context: ProcessContext, standin: StandIn
) -> None:
    """Its help page says so. With two replicas under load each post is still published once."""
    await standin.configure(duplicate_check=True, idempotency_check=True, racy_seconds=0.2)
    for number in range(4):
        await world.ready_post(f"Post number {number} of four")
    second = ProcessContext.create(context.settings, clock=context.clock)
    rows = await asyncio.gather(claim(world), claim(world))
    await asyncio.gather(
        *(DeliveryJob(context).run(row) for row in rows[0]), *(DeliveryJob(second).run(row) for row in rows[1])
    )
    await second.close()
    keys = [json.loads(request["body"])["idempotencyKey"] for request in await standin.requests()]
    assert len(keys) == len(set(keys)) == len(await standin.posts()) == 4
