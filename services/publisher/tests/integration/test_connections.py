"""Linking, verification and the loss of a connection."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from publisher.clients.ayrshare.answers import LinkedAccount
from publisher.clients.ayrshare.errors import AyrshareUnavailableError
from publisher.connections.errors import NotLinkedNowError, ProfileInTheMakingError
from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import ProcessContext
from publisher.models import ProviderProfile, PublishingProfile, SocialConnection
from publisher.worker import ROUTERS
from pulseworks_contracts import (
    AccountCreated,
    AccountData,
    AuditRecorded,
    ProfileNeedsReconnect,
    ProfileVerified,
)
from sqlalchemy import select
from testing import ManualClock, assert_emitted, deliver_twice, emitted

from .conftest import StandIn, World

PAGE, INSTAGRAM = "100200300400500", "17841400000000777"


async def rows(world: World, model: Any) -> list[Any]:
    async with world.database.transaction(world.account_id) as session:
        return list((await session.execute(select(model).order_by(model.id))).scalars())


@pytest.fixture
async def stranger(context: ProcessContext, standin: StandIn, clock: ManualClock, world: World) -> Any:
    """A customer without connections."""
    stranger = type(world)(context, standin, clock)
    await stranger.subscribe()
    return stranger


@pytest.mark.invariant("M3")
async def test_the_profile_is_created_once_and_its_key_is_stored_encrypted(stranger: World, standin: StandIn) -> None:
    data = AccountData(revision=1, name="Padaria Alfama", website_url=None, timezone="Europe/Lisbon")
    event = AccountCreated(account_id=stranger.account_id, subject="a", data=data)
    await deliver_twice(ROUTERS, event, stranger.database, stranger.context.factory)
    first = await stranger.connections.create_link_session(stranger.account_id)
    second = await stranger.connections.create_link_session(stranger.account_id)
    assert first.url != second.url  # a session expires after five minutes, so each click creates its own
    [row] = await rows(stranger, ProviderProfile)
    assert row.title == f"Padaria Alfama {row.id}"
    key = stranger.context.profile_keys.open(row.profile_key).get_secret_value()
    assert key.encode() not in row.profile_key
    made = await standin.requests("/api/profiles", "POST")
    assert [request["path"] for request in made if request["path"] == "/api/profiles"].count("/api/profiles") == 2


async def test_after_a_lost_answer_the_profile_is_abandoned_and_the_next_has_another_title(
    stranger: World, standin: StandIn
) -> None:
    await standin.fault(match="POST /api/profiles$", kind="drop_after")
    with pytest.raises(AyrshareUnavailableError):
        await stranger.connections.create_link_session(stranger.account_id)
    assert (await stranger.connections.create_link_session(stranger.account_id)).url
    abandoned, ready = await rows(stranger, ProviderProfile)
    assert (abandoned.status, ready.status) == ("abandoned", "ready")
    assert abandoned.title != ready.title


async def test_two_concurrent_clicks_create_one_profile(stranger: World, standin: StandIn) -> None:
    await standin.fault(match="POST /api/profiles$", kind="latency", seconds=0.3)
    connections: ConnectionWorkflow = stranger.connections
    both = await asyncio.gather(
        connections.create_link_session(stranger.account_id),
        connections.create_link_session(stranger.account_id),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in both) == ["LinkSession", "ProfileInTheMakingError"]
    assert len(await rows(stranger, ProviderProfile)) == 1
    assert ProfileInTheMakingError.status == 503


async def test_an_unfinished_profile_is_created_again(stranger: World) -> None:
    """The process died between the row and the answer."""
    await stranger.connections._begin_profile(stranger.account_id)
    with pytest.raises(ProfileInTheMakingError):
        await stranger.connections.create_link_session(stranger.account_id)
    stranger.clock.advance(stranger.context.settings.records_grace * 2)
    assert (await stranger.connections.create_link_session(stranger.account_id)).url


@pytest.mark.invariant("P1")
async def test_a_verification_freezes_the_linked_accounts_and_announces_them(world: World) -> None:
    event = await assert_emitted(world.database, ProfileVerified)
    assert (event.data.revision, event.data.provider_profile_id) == (1, world.ref_id)
    assert {p.platform: p.platform_account_id for p in event.data.platforms} == {
        "FACEBOOK": PAGE,
        "INSTAGRAM": INSTAGRAM,
    }
    types = [event.data.event_type for event in await emitted(world.database, AuditRecorded)]
    assert types == ["PROFILE_VERIFIED"]


@pytest.mark.invariant("P1")
@pytest.mark.parametrize("wanted", ["999000999000999", INSTAGRAM])
async def test_an_account_that_is_not_linked_now_is_refused(world: World, wanted: str) -> None:
    with pytest.raises(NotLinkedNowError, match=PAGE):
        await world.connections.verify(world.principal, {"FACEBOOK": wanted, "INSTAGRAM": None})
    [profile] = await rows(world, PublishingProfile)
    assert (profile.facebook_account_id, profile.revision) == (PAGE, 1)


@pytest.mark.invariant("P1", "P3")
async def test_a_verification_uses_the_providers_answer_and_not_our_records(world: World, standin: StandIn) -> None:
    await standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})
    with pytest.raises(NotLinkedNowError):
        await world.connections.verify(world.principal, {"FACEBOOK": PAGE, "INSTAGRAM": None})
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms) == ("NEEDS_RECONNECT", ["FACEBOOK"])


async def test_another_linked_page_needs_a_new_verification(world: World, standin: StandIn) -> None:
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="999000999000999")
    await world.connections.refresh(world.account_id)
    event = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert (event.data.platforms, event.data.revision) == (["FACEBOOK"], 2)
    assert "Facebook" in event.data.reason
    # the same result again emits no new event
    await world.connections.refresh(world.account_id)
    await assert_emitted(world.database, ProfileNeedsReconnect)
    await world.connections.verify(world.principal, {"FACEBOOK": "999000999000999", "INSTAGRAM": INSTAGRAM})
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms, profile.revision) == ("VERIFIED", [], 3)


async def relink(world: World, standin: StandIn, **accounts: str) -> None:
    """Link accounts as the customer does on Ayrshare's page, and refresh our records."""
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, **accounts)
    world.clock.advance(timedelta(seconds=1))
    await world.connections.refresh(world.account_id)


async def lose(world: World, standin: StandIn, *platforms: str) -> None:
    for platform in platforms:
        await standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": platform})
    world.clock.advance(timedelta(seconds=1))
    await world.connections.refresh(world.account_id)


@pytest.mark.invariant("P1", "P6", "P8")
async def test_the_verified_account_is_restored_when_it_is_linked_again(world: World, standin: StandIn) -> None:
    await lose(world, standin, "facebook")
    await assert_emitted(world.database, ProfileNeedsReconnect)
    await relink(world, standin, facebook=PAGE)
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms, profile.reason, profile.revision) == ("VERIFIED", [], None, 3)
    event = (await emitted(world.database, ProfileVerified))[-1].data
    assert (event.revision, event.verified_by) == (3, world.user_id), (
        "a person's confirmation is valid for the same account"
    )
    assert {p.platform: p.platform_account_id for p in event.platforms} == {"FACEBOOK": PAGE, "INSTAGRAM": INSTAGRAM}
    types = [event.data.event_type for event in await emitted(world.database, AuditRecorded)]
    assert types.count("PROFILE_RECONNECTED") == 1
    # the same result again emits no new event
    await world.connections.refresh(world.account_id)
    assert len(await emitted(world.database, ProfileVerified)) == 2
    frozen = await world.ready_post()
    await world.run_loop()
    assert (await world.delivery(frozen.item_id)).status == "published"


@pytest.mark.invariant("P1", "P3")
async def test_another_account_is_not_restored(world: World, standin: StandIn) -> None:
    await lose(world, standin, "facebook")
    await relink(world, standin, facebook="999000999000999")
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms) == ("NEEDS_RECONNECT", ["FACEBOOK"])
    assert len(await emitted(world.database, ProfileVerified)) == 1
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).error_code == "profile_not_verified"


@pytest.mark.invariant("E4")
async def test_one_of_two_lost_accounts_is_restored(world: World, standin: StandIn) -> None:
    """A consumer that applies the newest revision of each event sees Facebook restored and Instagram lost."""
    await lose(world, standin, "facebook", "instagram")
    await relink(world, standin, facebook=PAGE)
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms) == ("NEEDS_RECONNECT", ["INSTAGRAM"])
    assert "Instagram" in profile.reason
    assert "Facebook" not in profile.reason
    verified = (await emitted(world.database, ProfileVerified))[-1].data
    lost = (await emitted(world.database, ProfileNeedsReconnect))[-1].data
    assert (verified.revision, lost.revision, lost.platforms) == (3, 4, ["INSTAGRAM"])
    await relink(world, standin, instagram=INSTAGRAM)
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.revision) == ("VERIFIED", 5)


async def test_without_instagram_facebook_is_still_published(world: World, standin: StandIn) -> None:
    await world.connections.disconnect(world.principal, "INSTAGRAM")
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "published"


async def test_an_account_unlinked_at_ayrshare_can_be_disconnected_here(world: World, standin: StandIn) -> None:
    await standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})
    await world.connections.disconnect(world.principal, "FACEBOOK")
    by_platform = {row.platform: row.status for row in await rows(world, SocialConnection)}
    assert by_platform == {"FACEBOOK": "UNLINKED", "INSTAGRAM": "LINKED"}
    await assert_emitted(world.database, ProfileNeedsReconnect)


async def test_an_older_answer_changes_nothing(world: World) -> None:
    async with world.database.transaction(world.account_id) as session:
        service = world.context.factory(session).connections()
        provider = (await session.execute(select(ProviderProfile))).scalar_one()
        assert provider.refreshed_at is not None
        await service.apply_linked(provider, [], provider.refreshed_at - timedelta(minutes=1))
    assert {row.status for row in await rows(world, SocialConnection)} == {"LINKED"}


async def test_an_answer_requested_before_an_unlink_does_not_undo_it(world: World, clock: ManualClock) -> None:
    clock.advance(timedelta(seconds=1))
    asked_at = clock.now()
    linked = [
        LinkedAccount("FACEBOOK", "100200300400500", "Bakery", None),
        LinkedAccount("INSTAGRAM", "17841400000000777", "bakery", None),
    ]
    clock.advance(timedelta(seconds=1))
    await world.connections.disconnect(world.principal, "FACEBOOK")
    async with world.database.transaction(world.account_id) as session:
        service = world.context.factory(session).connections()
        provider = (await session.execute(select(ProviderProfile))).scalar_one()
        assert await service.apply_linked(provider, linked, asked_at)
    by_platform = {row.platform: row.status for row in await rows(world, SocialConnection)}
    assert by_platform == {"FACEBOOK": "UNLINKED", "INSTAGRAM": "LINKED"}
    [profile] = await rows(world, PublishingProfile)
    assert (profile.status, profile.lost_platforms) == ("NEEDS_RECONNECT", ["FACEBOOK"])
