"""Problems of a post are reported while someone can still act."""

from typing import Any

import pytest
from pulseworks_contracts import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    FrozenPost,
    PreflightFailed,
    ProfileNeedsReconnect,
)
from testing import assert_emitted

from .support import MINUTE, Storage, failures, run_preflight, unlink_at_ayrshare, upcoming_post


async def withdraw(world: Any, frozen: FrozenPost) -> None:
    data = ContentApprovalWithdrawnData(content_id=frozen.content_id, revision=9, reason="withdrawn")
    await world.receive(ContentApprovalWithdrawn(account_id=world.account_id, subject="c", data=data))


async def approve_another_version(world: Any, frozen: FrozenPost) -> None:
    await world.approve(frozen, revision=9, content_hash="sha256:" + "1" * 64)


async def end_subscription(world: Any, _frozen: FrozenPost) -> None:
    await world.subscribe(posting=False, revision=2)


async def link_another_page(world: Any, _frozen: FrozenPost) -> None:
    world.clock.advance(2 * MINUTE)
    session = await world.connections.create_link_session(world.account_id)
    await world.standin.link(session.url, facebook="999000999000999")


async def verify_another_page(world: Any, _frozen: FrozenPost) -> None:
    await world.connect(facebook="999000999000999")


@pytest.mark.invariant("P3")
@pytest.mark.parametrize(
    ("breach", "code", "remedy"),
    [
        (withdraw, "content_not_approved", "edit"),
        (approve_another_version, "content_changed", "edit"),
        (end_subscription, "subscription_inactive", "subscribe"),
        (unlink_at_ayrshare, "profile_not_verified", "reconnect"),
        (link_another_page, "profile_not_verified", "reconnect"),
        (verify_another_page, "profile_mismatch", "reconnect"),
    ],
)
async def test_whatever_would_stop_the_post_is_reported_now(
    world: Any, storage: Storage, breach: Any, code: str, remedy: str
) -> None:
    frozen = await upcoming_post(world)
    await breach(world, frozen)
    await run_preflight(world)
    event = await assert_emitted(world.database, PreflightFailed)
    assert (event.data.code, event.data.remedy, event.data.item_id) == (code, remedy, frozen.item_id)
    assert event.data.message


async def test_a_lost_connection_is_announced(world: Any, storage: Storage) -> None:
    """Without Ayrshare's webhook, the preflight finds out in time, and the other posts of the account are parked."""
    frozen = await upcoming_post(world)
    await unlink_at_ayrshare(world, frozen)
    await run_preflight(world)
    event = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert event.data.platforms == ["FACEBOOK"]


@pytest.mark.parametrize(
    ("changes", "code", "remedy"),
    [
        ({"text": "x" * 2201}, "text_too_long", "edit"),
        ({"text": "#a #b #c #d #e #f"}, "too_many_hashtags", "edit"),
        ({"text": "@a @b @c @d"}, "too_many_mentions", "edit"),
        ({"width": 1080, "height": 1920}, "image_ratio", "edit"),
        ({"width": 2000, "height": 2000}, "image_width", "edit"),
        ({"content_type": "image/png"}, "image_format", "edit"),
    ],
)
async def test_what_instagram_would_refuse_is_reported_now(
    world: Any, storage: Storage, changes: dict[str, Any], code: str, remedy: str
) -> None:
    await upcoming_post(world, "INSTAGRAM", **changes)
    await run_preflight(world)
    event = await assert_emitted(world.database, PreflightFailed)
    assert (event.data.code, event.data.remedy) == (code, remedy)


async def test_a_used_up_quota_is_reported_now(world: Any, standin: Any, storage: Storage) -> None:
    for number in range(2):
        await world.ready_post(f"Earlier post number {number} of the day", "INSTAGRAM")
    await world.run_loop()
    world.context.settings.instagram_daily_posts = 2
    await upcoming_post(world, "INSTAGRAM")
    await run_preflight(world)
    event = await assert_emitted(world.database, PreflightFailed)
    assert (event.data.code, event.data.remedy) == ("quota_exhausted", "retry")
    assert "2 are used" in event.data.message


async def test_a_suspended_profile_is_reported_now(world: Any, standin: Any, storage: Storage) -> None:
    user = {"activeSocialAccounts": ["facebook"], "suspended": True}
    user |= {"displayNames": [{"platform": "facebook", "id": "100200300400500", "pageName": "Page"}]}
    await standin.fault(match="GET /api/user", kind="status", status=200, answer=user, times="forever")
    await upcoming_post(world)
    world.clock.advance(2 * MINUTE)
    await run_preflight(world)
    assert await failures(world) == ["profile_refused"]


async def test_a_pause_beyond_the_scheduled_time_is_reported_now(world: Any, standin: Any, storage: Storage) -> None:
    answer = {"status": "error", "message": "Too many requests"}
    await standin.fault(kind="status", status=429, answer=answer, headers={"Retry-After": "14400"})
    await world.ready_post("An earlier post")
    await world.run_loop()
    await upcoming_post(world)
    await run_preflight(world)
    assert await failures(world) == ["profile_paused"]
