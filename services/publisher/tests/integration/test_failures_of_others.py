"""What went wrong in the products next to us, each as a test here. Names and numbers are theirs.

Those that are guarded by a test elsewhere are listed in this service's README.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from publisher.clients.ayrshare.client import HISTORY_LIMIT
from publisher.deliveries.jobs import DeliveryJob
from publisher.factory import ProcessContext
from publisher.models import DELIVERIES
from publisher.transitions.service import DeliveryTransitions
from pulseworks_contracts import PostFailed, PostPublished
from sqlalchemy import text
from testing import assert_emitted, claim_due, emitted

MINUTE = timedelta(minutes=1)


async def no_protection(standin: Any) -> None:
    """Ayrshare's own checks are racy and may not be there at all: only our fence stands between a retry and a post."""
    await standin.configure(duplicate_check=False, idempotency_check=False)


async def claim(world: Any) -> Any:
    return await claim_due(world.database, DELIVERIES)


@pytest.mark.invariant("P4")
async def test_two_schedulers_that_both_see_a_due_row_send_once(world: Any, context: Any, standin: Any) -> None:
    """Mixpost: check, then save, without a lock. Ayrshare: of two at the same time, both may go out."""
    await no_protection(standin)
    await world.ready_post()
    second = ProcessContext.create(context.settings, clock=context.clock)
    both = await asyncio.gather(claim(world), claim(world), claim(world))
    rows = [row for rows in both for row in rows]
    assert len(rows) == 1
    # even if both had the same row in hand, as after a lease that ran out: who lost it does not send
    [row] = rows
    async with world.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE publisher.delivery SET due_at = now() - interval '1 s'"))
    [taken_over] = await claim(world)
    await asyncio.gather(DeliveryJob(context).run(row), DeliveryJob(second).run(taken_over))
    await second.close()
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P6")
async def test_a_side_effect_that_fails_after_the_post_does_not_send_it_again(
    world: Any, standin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BrightBean 2, Postiz #1321: writing the log after a successful post fails, so the post is "retried"."""
    await no_protection(standin)
    frozen = await world.ready_post()
    audit, broken = DeliveryTransitions.audit, True

    async def failing(self: DeliveryTransitions, event_type: str, *args: Any, **facts: Any) -> None:
        if broken and event_type == "POST_PUBLISHED":
            raise OSError("the database went away")
        await audit(self, event_type, *args, **facts)

    monkeypatch.setattr(DeliveryTransitions, "audit", failing)
    with pytest.raises(OSError, match="went away"):
        await world.turn()
    assert (await world.delivery(frozen.item_id)).status == "sending"
    broken = False
    await world.turn(leases_end=True)
    await world.turn()
    assert (await world.delivery(frozen.item_id)).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 1
    await assert_emitted(world.database, PostPublished)


@pytest.mark.invariant("P5")
async def test_a_pause_before_the_next_try_is_kept(world: Any, standin: Any) -> None:
    """BrightBean 1: the due query does not look at the time of the next try, and a retry comes 15 seconds later."""
    await standin.network_error(440, "could not download")
    await world.ready_post()
    await world.turn()
    assert (await world.delivery()).status == "pending"
    assert await claim(world) == [], "not due yet, and nothing else makes it so"
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P4", "P5")
@pytest.mark.parametrize("left", ["sending", "pending", "reconciling"])
async def test_nothing_stays_in_between_for_ever(world: Any, standin: Any, left: str) -> None:
    """Mixpost #8, BrightBean 4: a worker that died leaves "publishing", and nobody ever takes it up."""
    await no_protection(standin)
    await standin.fault(kind="drop_before")
    frozen = await world.ready_post()
    if left != "pending":
        await world.turn()
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text(
                "UPDATE publisher.delivery SET status = :left, lease_owner = gen_random_uuid(), "
                "due_at = now() + interval '45 s'"
            ),
            {"left": left},
        )
    assert await claim(world) == [], "somebody may still be at it"
    await world.turn(leases_end=True)
    world.clock.advance(MINUTE)
    delivery = await world.turn_until_settled()
    assert (delivery.status, delivery.schedule_item_id) == ("published", frozen.item_id)
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5", "P6")
@pytest.mark.parametrize("state", ["sending", "reconciling", "unknown"])
async def test_an_edit_while_the_call_is_under_way_does_not_post_twice(world: Any, standin: Any, state: str) -> None:
    """Postiz: an edit ends the workflow and starts another one; the post that was being sent goes out as well."""
    await no_protection(standin)
    await standin.fault(kind="drop_after")
    frozen = await world.ready_post()
    await world.turn()
    async with world.database.cross_account.transaction() as session:
        await session.execute(
            text("UPDATE publisher.delivery SET status = :state, lease_owner = NULL"), {"state": state}
        )
    edited = frozen.model_copy(update={"revision": 2, "scheduled_for": world.clock.now()})
    await world.schedule(edited)
    await world.fall_due(edited)
    delivery = await world.delivery()
    assert delivery.status == state, "what may be live stays as it is"
    for _ in range(3):
        await world.turn()
        world.clock.advance(MINUTE)
    assert (await world.delivery()).status == "published"
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P6")
async def test_a_published_post_is_never_published_again(world: Any, standin: Any) -> None:
    """Postiz PR #1841: editing an old post publishes it again at once; the guard was in the frontend alone."""
    await no_protection(standin)
    frozen = await world.ready_post()
    await world.turn()
    for revision in range(2, 6):
        again = frozen.model_copy(update={"revision": revision, "scheduled_for": world.clock.now()})
        await world.approve(again, revision=revision + 10)
        await world.schedule(again)
        await world.fall_due(again)
        await world.turn()
    assert len(await standin.requests()) == len(await standin.posts()) == 1


@pytest.mark.invariant("P5")
async def test_while_the_outcome_is_unknown_there_is_no_retry(world: Any, standin: Any) -> None:
    """Postiz PR #1681: shown as failed, the user presses retry, and it is there twice."""
    await no_protection(standin)
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    frozen = await world.ready_post()
    for _ in range(15):
        await world.turn()
        world.clock.advance(5 * MINUTE)
    assert (await world.delivery()).status == "unknown"
    assert await emitted(world.database, PostFailed) == [], "never told as failed"
    await world.fall_due(frozen.model_copy(update={"revision": 2}))
    await world.turn()
    assert len(await standin.requests()) == 1


@pytest.mark.invariant("P5")
async def test_the_history_is_never_asked_for_a_list_that_is_cached(world: Any, standin: Any) -> None:
    """Lists above 25 are a minute old: our post would seem absent, and be sent a second time.

    Had we asked for more, the stand-in's cache would hide the post here as Ayrshare's does.
    """
    await no_protection(standin)
    assert HISTORY_LIMIT <= 25
    await world.ready_post("A first one, which fills the cache")
    await standin.fault(kind="drop_after")
    await standin.fault(kind="drop_after")
    await world.turn()
    await world.turn()
    await world.ready_post("A second one, right behind it")
    await world.turn()
    await world.turn()
    looks = await standin.requests("/api/history", "GET")
    assert {look["query"] for look in looks} == {f"limit={HISTORY_LIMIT}"}
    assert len(await standin.posts()) == len(await standin.requests()) == 2
    assert len(await emitted(world.database, PostPublished)) == 2


@pytest.mark.invariant("P6")
async def test_an_error_names_its_post_and_what_to_do(world: Any, standin: Any) -> None:
    """Postiz #1040: "the caption is too long" — of which of ten accounts?"""
    await world.ready_post("One that goes out")
    bad = await world.ready_post("One that does not", platform="INSTAGRAM")
    await standin.network_error(132, "Post too long", "instagram")
    await world.turn()
    told = await assert_emitted(world.database, PostFailed)
    assert (told.data.item_id, told.data.content_id, told.data.platform) == (bad.item_id, bad.content_id, "INSTAGRAM")
    assert (told.data.code, told.data.remedy) == ("text_too_long", "edit")
    assert "Shorten it" in told.data.message


@pytest.mark.invariant("P4")
async def test_ayrshares_own_check_may_let_two_at_the_same_time_through(world: Any, context: Any, standin: Any) -> None:
    """Its help page says so. Two replicas under load, and still each post goes out once."""
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
