"""Upcoming posts, their preflight, and the storage of their image."""

from datetime import timedelta
from typing import Any

from publisher.models import PREFLIGHTS, Preflight
from pulseworks_contracts import (
    FrozenPost,
    PreflightFailed,
)
from sqlalchemy import select
from testing import emitted

from .conftest import World

MINUTE = timedelta(minutes=1)


async def upcoming_post(
    world: World, platform: Any = "FACEBOOK", text: str = "A quiet morning", **media: Any
) -> FrozenPost:
    """Return a post that is approved, scheduled in half an hour and due for its preflight."""
    world.media = world.media.model_copy(update=media)
    frozen: FrozenPost = world.post(text, platform)
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.upcoming(frozen)
    return frozen


async def run_preflight(world: World) -> int:
    turned: int = await world.run_loop(table=PREFLIGHTS)
    return turned


async def stored_preflight(world: World) -> Preflight:
    async with world.database.transaction(world.account_id) as session:
        found: Preflight = (await session.execute(select(Preflight))).scalar_one()
    return found


async def failures(world: World) -> list[str]:
    return [event.data.code for event in await emitted(world.database, PreflightFailed)]


async def unlink_at_ayrshare(world: World, _frozen: FrozenPost) -> None:
    world.clock.advance(2 * MINUTE)  # a recent status is not fetched again
    await world.standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})
