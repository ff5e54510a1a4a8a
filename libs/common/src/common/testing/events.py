from collections.abc import Callable
from typing import TypeVar

from pulseworks_contracts import EVENT_TYPES, Event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.messaging import Consumer

EventT = TypeVar("EventT", bound=Event)
FactoryT = TypeVar("FactoryT")


async def emitted(database: Database, event: type[EventT]) -> list[EventT]:
    """Return the events of one type that lie in the service's outbox, oldest first."""
    kind = event.model_fields["type"].default
    async with database.loop.transaction() as session:
        result = await session.execute(
            text(f"SELECT body FROM {database.service}.outbox WHERE type = :type ORDER BY id"), {"type": kind}
        )
        return [event.model_validate_json(body) for body in result.scalars()]


async def assert_emitted(database: Database, event: type[EventT], *, times: int = 1) -> EventT:
    """Return the last event of this type in the outbox; fail when there are not exactly ``times``."""
    found = await emitted(database, event)
    assert len(found) == times, f"expected {times} × {event.__name__} in the outbox, found {len(found)}"
    return found[-1]


async def deliver_twice(
    consumer: Consumer[FactoryT], event: Event, database: Database, factory: Callable[[AsyncSession], FactoryT]
) -> None:
    """Deliver ``event`` as the bus may: twice. The second time must change nothing.

    It travels as JSON, so what a test builds is what a consumer gets.
    """
    received = EVENT_TYPES[event.type].model_validate_json(event.to_json())
    assert await consumer.handle(received, database, factory) == "handled"
    assert await consumer.handle(received, database, factory) == "duplicate"
