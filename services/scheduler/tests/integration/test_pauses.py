"""One call holds back a post, an account or all accounts. A post is released when it has no blocker left."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pulseworks_contracts import AuditRecorded, PostCancelled, PostDue, PostMissed, PostScheduled, queues
from scheduler.pauses.workflow import pause_all, resume_all
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, emitted

DAY = timedelta(days=1)


def codes(shown: Any) -> list[str]:
    return [blocker["code"] for blocker in shown["held_by"]]


async def test_a_paused_post_is_held_back_and_resumed(tenant: Any, clock: ManualClock) -> None:
    item_id, other = await tenant.schedule(clock.now() + DAY), await tenant.schedule(clock.now() + 2 * DAY)

    paused = await tenant.post(f"/{item_id}/pause")

    assert (paused["status"], codes(paused), paused["error"]["code"]) == ("PARKED", ["paused_item"], "paused_item")
    announced = await assert_emitted(tenant.context.database, PostCancelled)
    assert (announced.subject, announced.data.reason, announced.data.revision) == (item_id, "parked", 2)
    assert [due.subject for due in await emitted(tenant.context.database, PostDue)] == [other]
    assert await tenant.post(f"/{item_id}/pause") == paused

    resumed = await tenant.post(f"/{item_id}/resume")

    assert (resumed["status"], resumed["held_by"], resumed["error"]) == ("QUEUED", [], None)
    again = (await emitted(tenant.context.database, PostScheduled))[-1]
    assert (again.subject, again.data.revision) == (item_id, 3)
    assert {due.subject for due in await emitted(tenant.context.database, PostDue)} == {item_id, other}
    assert await tenant.post(f"/{item_id}/resume") == resumed
    assert [change["change"] for change in resumed["why"]["changes"]] == ["held", "released"]
    assert resumed["why"]["kind"] == "explicit"


async def test_a_post_that_is_resumed_after_its_time_is_missed(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.post(f"/{item_id}/pause")
    counted = REGISTRY.get_sample_value("pulseworks_posts_missed_total", {"cause": "held"}) or 0

    clock.advance(DAY)
    resumed = await tenant.post(f"/{item_id}/resume")

    assert (resumed["status"], resumed["error"]["code"]) == ("MISSED", "missed")
    assert REGISTRY.get_sample_value("pulseworks_posts_missed_total", {"cause": "held"}) == counted + 1
    assert (await assert_emitted(tenant.context.database, PostMissed)).subject == item_id
    assert await emitted(tenant.context.database, PostDue) == []


async def test_a_claimed_post_can_not_be_paused(tenant: Any, clock: ManualClock) -> None:
    """The publisher may have it, so a pause must not report it as stopped."""
    item_id, other = await tenant.schedule(clock.now() + DAY), await tenant.schedule(clock.now() + 2 * DAY)
    item = await tenant.item(item_id)
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(
            text("UPDATE scheduler.outbox SET attempts = 1 WHERE id = :id"), {"id": item.due_event_id}
        )

    assert (await tenant.post(f"/{item_id}/pause", status=409))["code"] == "already_handed_over"
    paused = await tenant.post("/pause")

    assert (paused["parked"], paused["on_their_way"]) == (1, 1)
    assert [(await tenant.item(i)).status for i in (item_id, other)] == ["QUEUED", "PARKED"]
    assert (await tenant.item(item_id)).paused_at is None


async def test_a_cancelled_post_can_not_be_paused_or_resumed(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.post(f"/{item_id}/cancel")

    for act in ("pause", "resume"):
        assert (await tenant.post(f"/{item_id}/{act}", status=409))["code"] == "item_finished"


async def test_a_paused_account_holds_back_existing_and_new_posts(
    tenant: Any, new_tenant: Any, clock: ManualClock
) -> None:
    stranger = await new_tenant().ready()
    theirs = await stranger.schedule(clock.now() + DAY)
    before = await tenant.schedule(clock.now() + DAY)

    paused = await tenant.post("/pause", {"reason": "A flood in the shop"})
    during = await tenant.schedule(clock.now() + 2 * DAY)

    assert (paused["account"]["reason"], paused["account"]["paused_by"]) == ("A flood in the shop", str(tenant.user_id))
    assert (paused["parked"], paused["everything"]) == (1, None)
    for item_id in (before, during):
        shown = await tenant.get(f"/{item_id}")
        assert (shown["status"], codes(shown)) == ("PARKED", ["paused_account"])
        assert "A flood in the shop" in shown["error"]["message"]
    assert [due.subject for due in await emitted(tenant.context.database, PostDue)] == [theirs]
    assert (await tenant.get("/pause"))["account"] == paused["account"]

    resumed = await tenant.post("/resume")

    assert (resumed["account"], resumed["released"]) == (None, 2)
    assert [(await tenant.item(i)).status for i in (before, during)] == ["QUEUED", "QUEUED"]
    actions = [r.data.event_type for r in await emitted(tenant.context.database, AuditRecorded) if r.data.user_id]
    assert [action for action in actions if action.startswith("SCHEDULE_")] == ["SCHEDULE_PAUSED", "SCHEDULE_RESUMED"]


REASONS = ("item", "account", "everything", "posting", "connection")


@pytest.mark.invariant("P7")
@pytest.mark.parametrize("rotation", range(len(REASONS)))
async def test_a_post_is_released_when_its_last_blocker_is_gone(tenant: Any, clock: ManualClock, rotation: int) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    block: dict[str, Callable[[], Awaitable[object]]] = {
        "item": lambda: tenant.post(f"/{item_id}/pause"),
        "account": lambda: tenant.post("/pause"),
        "everything": lambda: pause_all(tenant.context, "An incident."),
        "posting": lambda: tenant.subscribe(revision=2, posting=False),
        "connection": lambda: tenant.lose("FACEBOOK", revision=2),
    }
    release: dict[str, Callable[[], Awaitable[object]]] = {
        "item": lambda: tenant.post(f"/{item_id}/resume"),
        "account": lambda: tenant.post("/resume"),
        "everything": lambda: resume_all(tenant.context),
        "posting": lambda: tenant.subscribe(revision=3, posting=True),
        "connection": lambda: tenant.verify(revision=3),
    }
    names = {
        "item": "paused_item",
        "account": "paused_account",
        "everything": "paused_all",
        "posting": "subscription_without_posting",
        "connection": "profile_needs_reconnect",
    }
    order = REASONS[rotation:] + REASONS[:rotation]

    for reason in order:
        await block[reason]()
    left = set(REASONS)
    for reason in reversed(order):
        shown = await tenant.get(f"/{item_id}")
        assert (shown["status"], set(codes(shown))) == ("PARKED", {names[one] for one in left})
        assert await emitted(tenant.context.database, PostDue) == []
        await release[reason]()
        left.remove(reason)

    shown = await tenant.get(f"/{item_id}")
    assert (shown["status"], shown["held_by"], shown["error"]) == ("QUEUED", [], None)
    await assert_emitted(tenant.context.database, PostDue)
    await assert_emitted(tenant.context.database, PostCancelled)


@pytest.mark.parametrize("order", list(itertools.permutations(["pause", "subscribe"])))
async def test_the_order_of_a_pause_and_a_lapse_does_not_matter(
    tenant: Any, clock: ManualClock, order: tuple[str, ...]
) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    changes = {"pause": lambda: tenant.post("/pause"), "subscribe": lambda: tenant.subscribe(revision=2, posting=False)}

    for change in order:
        await changes[change]()

    assert codes(await tenant.get(f"/{item_id}")) == ["paused_account", "subscription_without_posting"]


async def test_a_parked_post_that_is_cancelled_stays_cancelled(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.post("/pause")

    await tenant.post(f"/{item_id}/cancel")
    await tenant.post("/resume")

    assert (await tenant.get(f"/{item_id}"))["status"] == "CANCELLED"


async def test_a_paused_post_is_not_sent_at_its_time(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    clock.set(datetime.now(UTC))
    soon = clock.now() + timedelta(milliseconds=1)
    paused, kept = await tenant.schedule(soon), await tenant.schedule(soon + timedelta(milliseconds=1))

    await tenant.post(f"/{paused}/pause")
    await start_worker()
    [due] = await bus.collect(queues.PUBLISHER_DUE, 1)
    await tenant.becomes(kept, "SCHEDULED")

    assert due.subject == kept
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    assert (await tenant.item(paused)).status == "PARKED"
