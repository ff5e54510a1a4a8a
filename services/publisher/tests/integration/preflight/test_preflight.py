"""Half an hour before its time a post is checked as if it were sent now, while someone can still act."""

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

from .support import MINUTE, Storage, failures, run_preflight, upcoming_post


@pytest.mark.parametrize("platform", ["FACEBOOK", "INSTAGRAM"])
async def test_a_post_without_a_problem_passes(world: Any, standin: Any, storage: Storage, platform: Any) -> None:
    frozen = await upcoming_post(world, platform)
    assert await run_preflight(world) == 1
    event = await assert_emitted(world.database, PreflightPassed)
    assert (event.data.item_id, event.data.item_revision, event.subject) == (frozen.item_id, 1, str(frozen.item_id))
    assert event.data.checked_at == world.clock.now()
    assert await failures(world) == []
    assert await run_preflight(world) == 0
    [asked] = [r for r in await standin.requests("/api/user", "GET") if r["query"]] or [None]
    assert (asked is not None) == (platform == "INSTAGRAM"), "Facebook has no quota"
    assert storage.asked == 1


@pytest.mark.invariant("E3", "E5")
async def test_the_consumer_only_stores(world: Any, standin: Any, storage: Storage) -> None:
    frozen = await upcoming_post(world)
    async with world.database.transaction(world.account_id) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 1
    assert storage.asked == 0
    assert await emitted(world.database, PreflightPassed) == []
    # the same revision of the same item makes no second preflight
    await run_preflight(world)
    await world.upcoming(frozen)
    assert await run_preflight(world) == 0


async def test_a_moved_item_gets_another_preflight(world: Any, storage: Storage) -> None:
    frozen = await upcoming_post(world)
    await run_preflight(world)
    moved = frozen.model_copy(update={"revision": 2, "scheduled_for": frozen.scheduled_for + 60 * MINUTE})
    await world.schedule(moved)
    await world.upcoming(moved)
    await run_preflight(world)
    event = await assert_emitted(world.database, PreflightPassed, times=2)
    assert event.data.item_revision == 2


async def test_an_event_delivered_twice_makes_one_preflight(world: Any, storage: Storage, context: Any) -> None:
    frozen = await upcoming_post(world)
    event = PostUpcoming(account_id=world.account_id, subject="x", data=frozen.model_copy(update={"revision": 2}))
    await deliver_twice(ROUTERS, event, world.database, context.factory)
    assert await run_preflight(world) == 1
