"""Profiles at Ayrshare, which cost money, are deleted there when nobody has used them for the grace time."""

from datetime import timedelta
from typing import Any

import pytest
from publisher.clients.ayrshare.errors import AyrshareUnavailableError
from publisher.connections.errors import PostingNotIncludedError, ProfileInTheMakingError
from publisher.models import PROFILE_CHECKS, ProviderProfile
from pulseworks_contracts import AuditRecorded, ProfileNeedsReconnect
from sqlalchemy import select
from testing import ManualClock, emitted

from .conftest import StandIn, World

DAY = timedelta(days=1)


async def profiles(world: World) -> list[ProviderProfile]:
    async with world.database.transaction(world.account_id) as session:
        return list((await session.execute(select(ProviderProfile).order_by(ProviderProfile.id))).scalars())


async def at_provider(standin: StandIn) -> list[str]:
    shown = (await standin.http.get("/_control/profiles")).json()["profiles"]
    return [profile["title"] for profile in shown if profile["title"] != "Primary Profile"]


async def check(world: World, *, days: int = 0) -> None:
    for _ in range(days):
        world.clock.advance(DAY)
        await world.run_loop(table=PROFILE_CHECKS)
    if not days:
        await world.run_loop(table=PROFILE_CHECKS)


async def deletions(world: World) -> list[Any]:
    found = await emitted(world.database, AuditRecorded)
    return [event for event in found if event.data.event_type == "PROVIDER_PROFILE_DELETED"]


async def unlink_all(world: World) -> None:
    for platform in ("FACEBOOK", "INSTAGRAM"):
        await world.connections.disconnect(world.principal, platform)


async def test_a_profile_is_created_for_a_subscription_with_posting_only(world: World, standin: StandIn) -> None:
    stranger = type(world)(world.context, standin, world.clock)
    before = await at_provider(standin)
    with pytest.raises(PostingNotIncludedError):
        await stranger.connections.create_link_session(stranger.account_id)
    await stranger.subscribe(posting=False)
    with pytest.raises(PostingNotIncludedError):
        await stranger.connections.create_link_session(stranger.account_id)
    assert await at_provider(standin) == before
    await world.subscribe(posting=False, revision=2)
    assert (await world.connections.create_link_session(world.account_id)).url, "its profile exists already"


async def test_a_profile_in_use_is_never_deleted(world: World, standin: StandIn) -> None:
    await check(world, days=100)
    assert len(await at_provider(standin)) == 1


@pytest.mark.invariant("P8")
async def test_a_profile_without_a_subscription_is_deleted_after_the_grace_time(world: World, standin: StandIn) -> None:
    await world.subscribe(posting=False, revision=2)
    await check(world, days=30)
    assert len(await at_provider(standin)) == 1
    await check(world, days=2)
    assert await at_provider(standin) == []
    [profile] = await profiles(world)
    assert (profile.status, profile.profile_key) == ("deleted", None)
    [entry] = await deletions(world)
    assert entry.data.metadata["provider_profile_id"] == world.ref_id
    lost = (await emitted(world.database, ProfileNeedsReconnect))[-1]
    assert lost.data.platforms == ["FACEBOOK", "INSTAGRAM"]
    # the customer comes back: a new profile, verified again
    await world.subscribe(revision=3)
    await world.connect()
    await check(world, days=40)
    assert len(await at_provider(standin)) == 1


async def test_a_profile_without_connections_is_deleted_after_the_grace_time(world: World, standin: StandIn) -> None:
    await unlink_all(world)
    await check(world, days=32)
    assert await at_provider(standin) == []


async def test_a_profile_that_is_used_again_within_the_grace_time_stays(world: World, standin: StandIn) -> None:
    await world.subscribe(posting=False, revision=2)
    await check(world, days=29)
    await world.subscribe(revision=3)
    await check(world, days=2)
    await world.subscribe(posting=False, revision=4)
    await check(world, days=29)
    assert len(await at_provider(standin)) == 1


async def test_ayrshare_has_the_last_word_on_what_is_linked(world: World, standin: StandIn) -> None:
    """The customer has linked again, and the webhook was lost."""
    await unlink_all(world)
    session = await world.connections.create_link_session(world.account_id)
    await check(world, days=29)
    await standin.link(session.url, facebook="100200300400500")
    await check(world, days=40)
    assert len(await at_provider(standin)) == 1


@pytest.mark.invariant("P5")
async def test_a_profile_is_kept_while_an_outcome_is_not_known(world: World, standin: StandIn) -> None:
    await standin.fault(kind="drop_after")
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    await world.ready_post()
    await world.run_loop()
    await world.subscribe(posting=False, revision=2)
    await check(world, days=40)
    assert len(await at_provider(standin)) == 1


async def test_a_deletion_whose_answer_was_lost_is_finished_once(world: World, standin: StandIn) -> None:
    """The effect has happened and our commit has not: the next run finds the profile gone."""
    await world.subscribe(posting=False, revision=2)
    await check(world, days=1)
    await standin.fault(match="DELETE /api/profiles$", kind="drop_after")
    world.clock.advance(31 * DAY)
    await check(world)
    [profile] = await profiles(world)
    assert (profile.status, await at_provider(standin)) == ("deleting", [])
    await world.subscribe(revision=3)
    with pytest.raises(ProfileInTheMakingError):
        await world.connections.create_link_session(world.account_id)
    await check(world)
    [profile] = await profiles(world)
    assert profile.status == "deleted"
    assert len(await deletions(world)) == 1


async def test_a_profile_whose_creation_had_no_answer_is_removed(
    world: World, standin: StandIn, clock: ManualClock
) -> None:
    """Nobody has its key, and it costs money."""
    stranger = type(world)(world.context, standin, clock)
    await stranger.subscribe()
    await standin.fault(match="POST /api/profiles$", kind="drop_after")
    with pytest.raises(AyrshareUnavailableError):
        await stranger.connections.create_link_session(stranger.account_id)
    await stranger.connections.create_link_session(stranger.account_id)
    assert len(await at_provider(standin)) == 3
    clock.advance(timedelta(minutes=20))
    await check(stranger)
    assert len(await at_provider(standin)) == 2
    assert [profile.status for profile in await profiles(stranger)] == ["abandoned", "ready"]
