"""Outages of others do not fail a preflight; the time left, fixes and crashes are handled."""

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

from .support import (
    IMAGE,
    MINUTE,
    Storage,
    failures,
    run_preflight,
    stored_preflight,
    unlink_at_ayrshare,
    upcoming_post,
)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "drop_before"},
        {"kind": "malformed"},
        {"kind": "status", "status": 401},
    ],
)
async def test_an_outage_of_the_provider_does_not_fail_the_preflight(
    world: Any, standin: Any, storage: Storage, fault: dict[str, Any]
) -> None:
    await standin.fault(match="GET /api/user", times=2, **fault)
    await upcoming_post(world)
    world.clock.advance(2 * MINUTE)
    for _ in range(2):
        await run_preflight(world)
        world.clock.advance(MINUTE)
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_an_outage_until_the_scheduled_time_ends_without_an_event(
    world: Any, standin: Any, storage: Storage
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await upcoming_post(world)
    for _ in range(8):
        world.clock.advance(5 * MINUTE)
        if await run_preflight(world) == 0:
            break
    assert (await stored_preflight(world)).status == "left"
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []


async def test_the_payload_is_checked_even_while_the_provider_is_down(
    world: Any, standin: Any, storage: Storage
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await upcoming_post(world, "INSTAGRAM", text="#a #b #c #d #e #f")
    world.clock.advance(2 * MINUTE)
    await run_preflight(world)
    assert await failures(world) == ["too_many_hashtags"]


async def test_with_an_open_circuit_the_provider_is_not_called(world: Any, standin: Any, storage: Storage) -> None:
    await upcoming_post(world, "INSTAGRAM")
    before = len(await standin.requests("/api/user", "GET"))
    world.context.breaker.permit().failed(at_once=True)
    await run_preflight(world)
    assert len(await standin.requests("/api/user", "GET")) == before
    world.clock.advance(MINUTE)
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_preflights_of_many_posts_call_the_provider_once_a_minute(
    world: Any, standin: Any, storage: Storage
) -> None:
    """Ayrshare counts these calls like posts: preflights must not use up the calls that posts need."""
    for number in range(6):
        await upcoming_post(world, "INSTAGRAM", text=f"Post number {number}")
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed, times=6)
    assert len([r for r in await standin.requests("/api/user", "GET") if "instagramDetails" in r["query"]]) == 1


async def test_a_rate_limited_preflight_pauses_the_profile(world: Any, standin: Any, storage: Storage) -> None:
    answer = {"status": "error", "message": "Too many requests"}
    await standin.fault(match="GET /api/user", kind="status", status=429, answer=answer)
    await upcoming_post(world, "INSTAGRAM")
    await run_preflight(world)
    await world.ready_post("A post that is due now")
    await world.run_loop()
    assert await standin.requests() == []
    assert await failures(world) == []
    world.clock.advance(6 * MINUTE)
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_a_fixed_problem_is_announced_too(world: Any, standin: Any, storage: Storage) -> None:
    storage.body = b"another image"
    await upcoming_post(world)
    for _ in range(3):
        await run_preflight(world)
    assert await failures(world) == ["media_changed"], "the same result is announced once"
    storage.body = IMAGE
    world.clock.advance(2 * MINUTE)
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed)
    assert await run_preflight(world) == 0


@pytest.mark.invariant("P6")
async def test_a_page_that_is_linked_again_is_noticed_without_a_webhook(
    world: Any, standin: Any, storage: Storage
) -> None:
    frozen = await upcoming_post(world)
    await unlink_at_ayrshare(world, frozen)
    await run_preflight(world)
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="100200300400500")
    world.clock.advance(2 * MINUTE)
    await run_preflight(world)
    assert await failures(world) == ["profile_not_verified"]
    await assert_emitted(world.database, PreflightPassed)
    assert (await emitted(world.database, ProfileVerified))[-1].data.revision == 3


async def test_no_event_when_there_is_no_time_left_to_act(world: Any, storage: Storage) -> None:
    storage.status = 404
    await upcoming_post(world)
    world.clock.advance(timedelta(minutes=29, seconds=30))
    for _ in range(3):
        await run_preflight(world)
    assert await failures(world) == []
    assert (await stored_preflight(world)).status == "left"
    assert storage.asked == 0


async def test_the_preflight_of_a_cancelled_item_ends(world: Any, storage: Storage) -> None:
    frozen = await upcoming_post(world)
    data = PostCancelledData(item_id=frozen.item_id, revision=2, content_id=frozen.content_id, reason="cancelled")
    await world.receive(PostCancelled(account_id=world.account_id, subject="i", data=data))
    await run_preflight(world)
    assert (await stored_preflight(world)).status == "left"
    assert storage.asked == 0


@pytest.mark.invariant("E4")
async def test_a_preflight_that_arrives_before_its_records_waits_for_them(world: Any, storage: Storage) -> None:
    frozen = world.post()
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.upcoming(frozen)
    await run_preflight(world)
    assert await failures(world) == []
    await world.schedule(frozen)
    await world.approve(frozen)
    await run_preflight(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_after_a_crash_the_preflight_is_repeated(world: Any, storage: Storage) -> None:
    await upcoming_post(world)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    probe, world.context.media.problem = world.context.media.problem, dies
    with pytest.raises(RuntimeError, match="killed"):
        await run_preflight(world)
    world.context.media.problem = probe
    await world.run_loop(table=PREFLIGHTS, leases_end=True)
    await assert_emitted(world.database, PreflightPassed)


@pytest.mark.invariant("T1")
async def test_an_account_does_not_see_the_check_of_another(world: Any, storage: Storage) -> None:
    await upcoming_post(world)
    async with world.database.transaction(new_id()) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 0


def test_a_preflight_expires_at_the_scheduled_time() -> None:
    when = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
    assert Preflight(scheduled_for=when).expires_at == when
