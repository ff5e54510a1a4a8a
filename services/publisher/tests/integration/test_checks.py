"""P3: each mismatch stops the post with its own reason."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from common.ids import new_id
from pulseworks_contracts import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    FrozenPost,
    PostCancelled,
    PostCancelledData,
    PostFailed,
    PostPublished,
)
from sqlalchemy import text
from testing import assert_emitted, emitted

Breach = Callable[[Any, FrozenPost], Awaitable[None]]


async def withdraw(world: Any, frozen: FrozenPost) -> None:
    data = ContentApprovalWithdrawnData(content_id=frozen.content_id, revision=9, reason="withdrawn")
    await world.receive(ContentApprovalWithdrawn(account_id=world.account_id, subject="c", data=data))


async def approve_another_version(world: Any, frozen: FrozenPost) -> None:
    await world.approve(frozen, revision=9, content_hash="sha256:" + "1" * 64)


async def tamper_with_text(world: Any, _frozen: FrozenPost) -> None:
    await _execute(world, "UPDATE publisher.delivery SET payload = jsonb_set(payload, '{text}', '\"Buy now\"')")


async def tamper_with_target(world: Any, _frozen: FrozenPost) -> None:
    await _execute(world, "UPDATE publisher.delivery SET platform_account_id = '666666'")


async def tamper_with_profile(world: Any, _frozen: FrozenPost) -> None:
    await _execute(world, "UPDATE publisher.delivery SET provider_profile_id = 'of-somebody-else'")


async def unlink(world: Any, _frozen: FrozenPost) -> None:
    await world.connections.disconnect(world.principal, "FACEBOOK")


async def lose_the_connection_alone(world: Any, _frozen: FrozenPost) -> None:
    await _execute(world, "UPDATE publisher.social_connection SET status = 'UNLINKED'")


async def verify_another_page(world: Any, _frozen: FrozenPost) -> None:
    await world.connect(facebook="999000999000999")


async def never_verify(world: Any, _frozen: FrozenPost) -> None:
    await _execute(world, "DELETE FROM publisher.publishing_profile")


async def verify_instagram_alone(world: Any, _frozen: FrozenPost) -> None:
    await world.connections.verify(world.principal, {"FACEBOOK": None, "INSTAGRAM": "17841400000000777"})


async def end_subscription(world: Any, _frozen: FrozenPost) -> None:
    await world.subscribe(posting=False, revision=2)


async def come_too_late(world: Any, _frozen: FrozenPost) -> None:
    world.clock.advance(timedelta(hours=6, seconds=1))


async def _execute(world: Any, statement: str) -> None:
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text(statement))


@pytest.mark.invariant("P3")
@pytest.mark.parametrize(
    ("breach", "code", "remedy"),
    [
        (withdraw, "content_not_approved", "edit"),
        (approve_another_version, "content_changed", "edit"),
        (tamper_with_text, "payload_changed", "contact_support"),
        (tamper_with_target, "schedule_mismatch", "contact_support"),
        (tamper_with_profile, "schedule_mismatch", "contact_support"),
        (unlink, "profile_not_verified", "reconnect"),
        (never_verify, "profile_not_verified", "reconnect"),
        (verify_instagram_alone, "profile_not_verified", "reconnect"),
        (verify_another_page, "profile_mismatch", "reconnect"),
        (lose_the_connection_alone, "connection_lost", "reconnect"),
        (end_subscription, "subscription_inactive", "subscribe"),
        pytest.param(come_too_late, "missed", "retry", marks=pytest.mark.invariant("P7")),
    ],
)
async def test_after_a_mismatch_nothing_is_sent(
    world: Any, standin: Any, breach: Breach, code: str, remedy: str
) -> None:
    frozen = await world.ready_post()
    await breach(world, frozen)
    await world.run_loop()
    assert await standin.requests() == []
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy, event.data.attempt) == (code, remedy, 0)
    delivery = await world.delivery()
    assert (delivery.status, delivery.error_code, delivery.due_at) == ("failed", code, None)


@pytest.mark.invariant("P3", "E4")
async def test_a_cancelled_item_is_not_sent_and_emits_no_second_event(world: Any, standin: Any) -> None:
    frozen = await world.ready_post()
    await cancel(world, frozen, revision=2)
    await world.run_loop()
    assert (await world.delivery()).status == "cancelled"
    assert await standin.requests() == []
    assert await emitted(world.database, PostFailed) == []


@pytest.mark.invariant("P5", "P7")
@pytest.mark.parametrize("given_up", [False, True], ids=["", "taken back by a person"])
async def test_a_due_event_replayed_after_the_expiry_is_not_sent(world: Any, standin: Any, given_up: bool) -> None:
    """The scheduler allows the content to be scheduled again after the expiry: it would appear twice."""
    frozen = world.post()
    await world.approve(frozen)
    await world.schedule(frozen)
    if given_up:
        await cancel(world, frozen, revision=4)
    else:
        world.clock.advance(timedelta(hours=6, seconds=1))

    await world.come_due(frozen)
    delivery = await world.run_until_settled()

    assert await standin.requests() == []
    assert delivery.status == ("cancelled" if given_up else "failed")
    event = [event.data.code for event in await emitted(world.database, PostFailed)]
    assert event == ([] if given_up else ["missed"])


async def cancel(world: Any, frozen: FrozenPost, revision: int) -> None:
    data = PostCancelledData(
        item_id=frozen.item_id, revision=revision, content_id=frozen.content_id, reason="cancelled"
    )
    await world.receive(PostCancelled(account_id=world.account_id, subject="i", data=data))


@pytest.mark.invariant("E4")
async def test_a_cancellation_that_arrives_before_its_schedule_applies(world: Any, standin: Any) -> None:
    frozen = world.post()
    await world.approve(frozen)
    await cancel(world, frozen, revision=2)
    await world.schedule(frozen)
    await world.come_due(frozen)
    await world.run_loop()
    assert (await world.delivery()).status == "cancelled"
    assert await standin.requests() == []


@pytest.mark.invariant("P3", "E4")
async def test_a_post_that_arrives_before_its_records_waits_for_them(world: Any, standin: Any) -> None:
    frozen = world.post()
    await world.come_due(frozen)
    await world.run_loop()
    assert (await world.delivery()).status == "pending"
    await world.schedule(frozen)
    await world.approve(frozen)
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P3")
async def test_a_post_whose_records_never_arrive_fails(world: Any, standin: Any) -> None:
    await world.come_due(world.post())
    await world.run_loop()
    world.clock.advance(timedelta(seconds=61))
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert event.data.code == "records_missing"
    assert "the approval" in event.data.message
    assert await standin.requests() == []


@pytest.mark.invariant("P3", "T1")
async def test_content_of_another_account_does_not_count(world: Any, standin: Any) -> None:
    frozen = world.post()
    own, world.account_id = world.account_id, new_id()
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.subscribe()
    world.account_id = own
    await world.come_due(frozen)
    world.clock.advance(timedelta(seconds=61))
    await world.run_loop()
    assert (await world.delivery()).error_code == "records_missing"
    assert await standin.requests() == []


@pytest.mark.invariant("P6")
async def test_a_parked_item_that_comes_due_again_is_sent(world: Any, standin: Any) -> None:
    frozen = await world.ready_post()
    await cancel(world, frozen, revision=2)
    await world.run_loop()
    again = frozen.model_copy(update={"revision": 3, "scheduled_for": world.clock.now()})
    await world.schedule(again)
    await world.come_due(again)
    await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("E3", "P6")
async def test_a_failed_item_stays_failed_when_the_same_revision_is_due_again(world: Any, standin: Any) -> None:
    frozen = await world.ready_post()
    await world.subscribe(posting=False, revision=2)
    await world.run_loop()
    await world.subscribe(posting=True, revision=3)
    await world.come_due(frozen)  # another event, as after a replay of dead letters
    assert await world.run_loop() == 0
    assert (await world.delivery()).status == "failed"
    assert await standin.requests() == []


@pytest.mark.invariant("P6")
async def test_a_failed_item_can_be_corrected_and_a_published_one_stays(world: Any, standin: Any) -> None:
    frozen = await world.ready_post()
    await world.subscribe(posting=False, revision=2)
    await world.run_loop()
    await world.subscribe(posting=True, revision=3)
    for revision in (2, 3):
        again = frozen.model_copy(update={"revision": revision, "scheduled_for": world.clock.now()})
        await world.schedule(again)
        await world.come_due(again)
        await world.run_loop()
    assert (await world.delivery()).status == "published"
    assert len(await standin.requests()) == 1
    await assert_emitted(world.database, PostPublished)
