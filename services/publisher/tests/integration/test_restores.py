"""After a restore, a delivery that was pending is searched for before anything is said about it."""

from datetime import timedelta

import pytest
from publisher.deliveries.rules import post_request
from publisher.restores.workflow import search_for_pending

from .conftest import StandIn, World

HOUR = timedelta(hours=1)


async def send_in_the_lost_span(world: World) -> None:
    """Make the delivery's call as the lost history did: the restored row does not show it."""
    delivery = await world.delivery()
    assert (delivery.status, delivery.next_attempt) == ("pending", 1)
    delivery.attempt = 1
    async with world.database.transaction(world.account_id) as session:
        provider = await world.context.factory(session).provider_profiles().get(delivery.provider_profile_id)
    assert provider is not None
    assert provider.profile_key is not None
    profile_key = world.context.profile_keys.open(provider.profile_key)
    await world.context.ayrshare.post(profile_key, post_request(delivery))


@pytest.mark.invariant("P4", "P5")
async def test_a_post_that_went_out_is_found_even_after_its_expiry(world: World, standin: StandIn) -> None:
    restored_to = world.clock.now()
    await world.ready_post()
    await send_in_the_lost_span(world)
    world.clock.advance(10 * HOUR)

    assert await search_for_pending(world.context, restored_to) == 1
    assert await search_for_pending(world.context, restored_to) == 0

    assert (await world.run_until_settled()).status == "published"
    assert len(await standin.requests()) == 1


@pytest.mark.parametrize(("wait", "status"), [(HOUR, "published"), (10 * HOUR, "failed")])
async def test_a_post_that_did_not_go_out_is_sent_if_it_is_in_time(
    world: World, standin: StandIn, wait: timedelta, status: str
) -> None:
    restored_to = world.clock.now()
    await world.ready_post()
    world.clock.advance(wait)

    await search_for_pending(world.context, restored_to)

    delivery = await world.run_until_settled()
    assert (delivery.status, delivery.error_code) == (status, None if status == "published" else "missed")
    assert len(await standin.posts()) == (1 if status == "published" else 0)
