"""Posts that come due together become deliveries in one transaction, equal to those of single events."""

from typing import Any

import pytest
from common.ids import new_id
from publisher.deliveries.errors import DueAgainError
from publisher.worker import ROUTERS
from pulseworks_contracts import PostDue
from sqlalchemy import text
from testing import deliver_batch

OWN = {"id", "schedule_item_id", "content_id", "content_hash", "created_at", "updated_at", "due_at", "due_since"}


async def rows(world: Any) -> dict[Any, dict[str, Any]]:
    async with world.database.cross_account.transaction() as session:
        found = (await session.execute(text("SELECT * FROM publisher.delivery"))).mappings()
        return {row["schedule_item_id"]: dict(row) for row in found}


@pytest.mark.invariant("P4", "T1")
async def test_a_batch_and_a_single_event_make_the_same_delivery(world: Any) -> None:
    single, together, stranger = world.post(), world.post(), world.post()
    await world.receive(world.due_event(single))
    other = new_id()
    foreign: PostDue = world.due_event(stranger).model_copy(update={"account_id": other})
    events = [world.due_event(together), foreign]
    assert await deliver_batch(ROUTERS, events, world.database, world.context.factory) == 2
    found = await rows(world)
    one, two = (
        {name: value for name, value in found[frozen.item_id].items() if name not in OWN}
        for frozen in (single, together)
    )
    assert one == two
    assert found[together.item_id]["due_at"] is not None
    assert found[stranger.item_id]["account_id"] == other
    async with world.database.transaction(world.account_id) as session:
        seen = (await session.execute(text("SELECT schedule_item_id FROM publisher.delivery"))).scalars().all()
    assert set(seen) == {single.item_id, together.item_id}


@pytest.mark.invariant("E3", "P4")
async def test_an_item_with_a_delivery_undoes_the_batch_so_that_each_event_is_handled_alone(world: Any) -> None:
    known, fresh = world.post(), world.post()
    await world.receive(world.due_event(known))
    again = world.due_event(known.model_copy(update={"revision": 2}))
    events = [world.due_event(fresh), again]
    with pytest.raises(DueAgainError):
        await deliver_batch(ROUTERS, events, world.database, world.context.factory)
    assert set(await rows(world)) == {known.item_id}
    for event in events:
        await world.receive(event)
    found = await rows(world)
    assert set(found) == {known.item_id, fresh.item_id}
    assert found[known.item_id]["item_revision"] == 2
