"""Half an hour before its time a post is looked at as if it went out now, while someone can still act."""

from typing import Any

import pytest
from publisher.models import Preflight
from publisher.worker import ROUTERS
from pulseworks_contracts import (
    PostUpcoming,
    PreflightPassed,
)
from sqlalchemy import func, select
from testing import assert_emitted, deliver_twice, emitted

from .looking import MINUTE, Storage, coming, failures, look


@pytest.mark.parametrize("platform", ["FACEBOOK", "INSTAGRAM"])
async def test_a_post_that_would_go_out_passes(world: Any, standin: Any, storage: Storage, platform: Any) -> None:
    frozen = await coming(world, platform)
    assert await look(world) == 1
    told = await assert_emitted(world.database, PreflightPassed)
    assert (told.data.item_id, told.data.item_revision, told.subject) == (frozen.item_id, 1, str(frozen.item_id))
    assert told.data.checked_at == world.clock.now()
    assert await failures(world) == []
    assert await look(world) == 0
    [asked] = [r for r in await standin.requests("/api/user", "GET") if r["query"]] or [None]
    assert (asked is not None) == (platform == "INSTAGRAM"), "Facebook knows no quota"
    assert storage.asked == 1


@pytest.mark.invariant("E3", "E5")
async def test_the_consumer_stores_and_nothing_else(world: Any, standin: Any, storage: Storage) -> None:
    frozen = await coming(world)
    async with world.database.transaction(world.account_id) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 1
    assert storage.asked == 0
    assert await emitted(world.database, PreflightPassed) == []
    # the same item again, at the same revision, is no second look
    await look(world)
    await world.upcoming(frozen)
    assert await look(world) == 0


async def test_a_moved_item_is_looked_at_anew(world: Any, storage: Storage) -> None:
    frozen = await coming(world)
    await look(world)
    moved = frozen.model_copy(update={"revision": 2, "scheduled_for": frozen.scheduled_for + 60 * MINUTE})
    await world.schedule(moved)
    await world.upcoming(moved)
    await look(world)
    told = await assert_emitted(world.database, PreflightPassed, times=2)
    assert told.data.item_revision == 2


async def test_a_bus_that_delivers_twice_makes_one_look(world: Any, storage: Storage, context: Any) -> None:
    frozen = await coming(world)
    event = PostUpcoming(account_id=world.account_id, subject="x", data=frozen.model_copy(update={"revision": 2}))
    await deliver_twice(ROUTERS, event, world.database, context.factory)
    assert await look(world) == 1
