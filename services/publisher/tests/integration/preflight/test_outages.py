"""Outages say nothing about a post, and time, mending and crashes are heeded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from common.ids import new_id
from publisher.models import PREFLIGHTS, Preflight
from pulseworks_contracts import (
    PostCancelled,
    PostCancelledData,
    PreflightPassed,
    ProfileVerified,
)
from sqlalchemy import func, select
from testing import assert_emitted, emitted

from .looking import IMAGE, MINUTE, Storage, coming, failures, look, row, unlink_over_there


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "drop_before"},
        {"kind": "malformed"},
        {"kind": "status", "status": 401},
    ],
)
async def test_an_outage_of_the_provider_is_no_failure(
    world: Any, standin: Any, storage: Storage, fault: dict[str, Any]
) -> None:
    await standin.fault(match="GET /api/user", times=2, **fault)
    await coming(world)
    world.clock.advance(2 * MINUTE)
    for _ in range(2):
        await look(world)
        world.clock.advance(MINUTE)
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_an_outage_until_the_time_ends_without_a_word(world: Any, standin: Any, storage: Storage) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await coming(world)
    for _ in range(8):
        world.clock.advance(5 * MINUTE)
        if await look(world) == 0:
            break
    assert (await row(world)).status == "left"
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []


async def test_the_payload_is_judged_also_while_the_provider_is_away(
    world: Any, standin: Any, storage: Storage
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await coming(world, "INSTAGRAM", text="#a #b #c #d #e #f")
    world.clock.advance(2 * MINUTE)
    await look(world)
    assert await failures(world) == ["too_many_hashtags"]


async def test_with_the_circuit_open_the_provider_is_not_asked(world: Any, standin: Any, storage: Storage) -> None:
    await coming(world, "INSTAGRAM")
    before = len(await standin.requests("/api/user", "GET"))
    world.context.breaker.permit().failed(at_once=True)
    await look(world)
    assert len(await standin.requests("/api/user", "GET")) == before
    world.clock.advance(MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_looks_at_many_posts_ask_the_provider_once_a_minute(world: Any, standin: Any, storage: Storage) -> None:
    """Ayrshare counts these calls as it counts posts: looking must not use up what posting needs."""
    for number in range(6):
        await coming(world, "INSTAGRAM", text=f"Post number {number}")
    await look(world)
    await assert_emitted(world.database, PreflightPassed, times=6)
    assert len([r for r in await standin.requests("/api/user", "GET") if "instagramDetails" in r["query"]]) == 1


async def test_a_refused_look_pauses_the_profile(world: Any, standin: Any, storage: Storage) -> None:
    answer = {"status": "error", "message": "Too many requests"}
    await standin.fault(match="GET /api/user", kind="status", status=429, answer=answer)
    await coming(world, "INSTAGRAM")
    await look(world)
    await world.ready_post("A post that is due now")
    await world.turn()
    assert await standin.requests() == []
    assert await failures(world) == []
    world.clock.advance(6 * MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_what_was_mended_is_told_too(world: Any, standin: Any, storage: Storage) -> None:
    storage.body = b"another image"
    await coming(world)
    for _ in range(3):
        await look(world)
    assert await failures(world) == ["media_changed"], "the same finding is told once"
    storage.body = IMAGE
    world.clock.advance(2 * MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)
    assert await look(world) == 0


@pytest.mark.invariant("P6")
async def test_a_page_that_is_linked_again_is_noticed_without_a_webhook(
    world: Any, standin: Any, storage: Storage
) -> None:
    frozen = await coming(world)
    await unlink_over_there(world, frozen)
    await look(world)
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="100200300400500")
    world.clock.advance(2 * MINUTE)
    await look(world)
    assert await failures(world) == ["profile_not_verified"]
    await assert_emitted(world.database, PreflightPassed)
    assert (await emitted(world.database, ProfileVerified))[-1].data.revision == 3


async def test_nobody_is_told_when_nobody_could_act(world: Any, storage: Storage) -> None:
    storage.status = 404
    await coming(world)
    world.clock.advance(timedelta(minutes=29, seconds=30))
    for _ in range(3):
        await look(world)
    assert await failures(world) == []
    assert (await row(world)).status == "left"
    assert storage.asked == 0


async def test_a_cancelled_item_is_looked_at_no_further(world: Any, storage: Storage) -> None:
    frozen = await coming(world)
    data = PostCancelledData(item_id=frozen.item_id, revision=2, content_id=frozen.content_id, reason="cancelled")
    await world.tell(PostCancelled(account_id=world.account_id, subject="i", data=data))
    await look(world)
    assert (await row(world)).status == "left"
    assert storage.asked == 0


@pytest.mark.invariant("E4")
async def test_a_look_that_overtakes_its_records_waits_for_them(world: Any, storage: Storage) -> None:
    frozen = world.post()
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.upcoming(frozen)
    await look(world)
    assert await failures(world) == []
    await world.schedule(frozen)
    await world.approve(frozen)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_a_crash_in_the_middle_only_means_another_look(world: Any, storage: Storage) -> None:
    await coming(world)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    probe, world.context.media.problem = world.context.media.problem, dies
    with pytest.raises(RuntimeError, match="killed"):
        await look(world)
    world.context.media.problem = probe
    await world.turn(table=PREFLIGHTS, leases_end=True)
    await assert_emitted(world.database, PreflightPassed)


@pytest.mark.invariant("T1")
async def test_an_account_does_not_see_the_check_of_another(world: Any, storage: Storage) -> None:
    await coming(world)
    async with world.database.transaction(new_id()) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 0


def test_the_time_of_a_look_is_the_posts() -> None:
    when = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
    assert Preflight(scheduled_for=when).expires_at == when
