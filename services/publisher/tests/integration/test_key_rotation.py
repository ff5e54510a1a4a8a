"""Profile keys: rotation of their secrets, and keys that no secret can decrypt."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError
from publisher.clients.ayrshare.profile_keys import ProfileKeys
from publisher.key_rotation.workflow import reencrypt_profile_keys
from publisher.models import PREFLIGHTS, ProviderProfile
from pulseworks_contracts import AuditRecorded, PostFailed, PostOutcomeUnknown, PreflightFailed
from pydantic import SecretStr
from sqlalchemy import select
from testing import assert_emitted, emitted

from .conftest import StandIn, World

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def keys(*secrets: str) -> ProfileKeys:
    return ProfileKeys(SecretStr(",".join(secrets)))


async def sealed(world: World) -> bytes:
    async with world.database.transaction(world.account_id) as session:
        key = (await session.execute(select(ProviderProfile.profile_key))).scalar_one()
    assert key is not None
    return key


@pytest.mark.invariant("M3", "P8")
async def test_after_the_rotation_the_old_secret_is_not_needed(world: World, standin: StandIn) -> None:
    original = world.context.settings.profile_key_secrets.get_secret_value()
    world.context.profile_keys = keys(NEW, original)
    first = await reencrypt_profile_keys(world.context)
    assert (first.renewed, first.current, first.unreadable) == (1, 0, [])
    again = await reencrypt_profile_keys(world.context)
    assert (again.renewed, again.current) == (0, 1), "a repeated run changes nothing"
    entries = [event.data.event_type for event in await emitted(world.database, AuditRecorded)]
    assert entries.count("PROFILE_KEY_REENCRYPTED") == 1
    world.context.profile_keys = keys(NEW)
    await world.ready_post()
    await world.run_loop()
    assert (await world.delivery()).status == "published"


@pytest.mark.invariant("M3")
async def test_a_key_that_no_secret_decrypts_is_named_and_left_unchanged(world: World) -> None:
    before = await sealed(world)
    world.context.profile_keys = keys(NEW)
    result = await reencrypt_profile_keys(world.context)
    assert (result.renewed, result.unreadable) == (0, [str(world.account_id)])
    assert await sealed(world) == before


@pytest.mark.invariant("P6")
async def test_a_due_post_whose_key_can_not_be_read_fails_at_once(world: World, standin: StandIn) -> None:
    await world.ready_post()
    world.context.profile_keys = keys(NEW)
    await world.run_loop()
    event = await assert_emitted(world.database, PostFailed)
    assert (event.data.code, event.data.remedy) == ("profile_key_unreadable", "contact_support")
    assert await standin.requests() == []


@pytest.mark.invariant("P5")
async def test_an_outcome_that_can_not_be_looked_up_is_unknown_once_the_call_has_settled(
    world: World, standin: StandIn
) -> None:
    await standin.fault(kind="drop_after")
    await world.ready_post()
    await world.run_loop()
    world.context.profile_keys = keys(NEW)
    await world.run_loop()
    assert (await world.delivery()).status == "reconciling", "the call may still be in progress"
    world.clock.advance(timedelta(minutes=2))
    await world.run_loop()
    assert (await world.delivery()).status == "unknown"
    event = await assert_emitted(world.database, PostOutcomeUnknown)
    assert "can't read the key of your connection" in event.data.message


async def test_a_preflight_reports_a_key_that_can_not_be_read(world: World) -> None:
    frozen = world.post()
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + timedelta(minutes=30)})
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.upcoming(frozen)
    world.context.profile_keys = keys(NEW)
    await world.run_loop(table=PREFLIGHTS)
    event = await assert_emitted(world.database, PreflightFailed)
    assert (event.data.code, event.data.remedy) == ("profile_key_unreadable", "contact_support")


async def test_connections_are_shown_although_the_key_can_not_be_read(world: World) -> None:
    world.context.profile_keys = keys(NEW)
    world.clock.advance(timedelta(minutes=2))
    shown, fresh = await world.connections.list_connections(world.account_id)
    assert (len(shown), fresh) == (2, False)
    with pytest.raises(ProfileKeyUnreadableError, match="contact support"):
        await world.connections.create_link_session(world.account_id)
