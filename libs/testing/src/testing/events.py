import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar, cast

from common.database import Database
from common.messaging import EventRouter
from common.messaging.consumption import create_broker
from common.messaging.processor import Processor, TransactionPerEvent
from faststream import BaseMiddleware, ContextRepo
from faststream.rabbit import RabbitBroker
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from faststream.rabbit.testing import build_message
from pulseworks_contracts import CONTENT_TYPE, Event, Names, Queue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

EventT = TypeVar("EventT", bound=Event)

Routers = Sequence[Callable[[], EventRouter]]

_NOWHERE = "amqp://127.0.0.1:1/"
_processing: ContextVar[TransactionPerEvent] = ContextVar("processing")


async def emitted(database: Database, event: type[EventT]) -> list[EventT]:
    """Return the events of one type in the service's outbox, oldest first."""
    kind = event.model_fields["type"].default
    async with database.cross_account.transaction() as session:
        result = await session.execute(
            text(f"SELECT body FROM {database.service}.outbox WHERE type = :type ORDER BY id"), {"type": kind}
        )
        return [event.model_validate_json(body) for body in result.scalars()]


async def assert_emitted(database: Database, event: type[EventT], *, times: int = 1) -> EventT:
    """Return the last event of this type in the outbox; fail if there are not exactly ``times``."""
    found = await emitted(database, event)
    assert len(found) == times, f"expected {times} × {event.__name__} in the outbox, found {len(found)}"
    return found[-1]


async def deliver(routers: Routers, event: Event, database: Database, factory: Callable[[AsyncSession], Any]) -> str:
    """Deliver ``event`` to the subscriber of its type among ``routers``.

    Returns ``handled`` or ``duplicate``, and raises what the handler raises. FastStream and its middlewares are the
    real ones, without a broker; the event is encoded as JSON, so a handler receives what it would from the broker.
    """
    router, queue = _receiver(routers, event)
    subscribers = cast("list[RabbitSubscriber]", router.subscribers)
    subscriber = next(subscriber for subscriber in subscribers if subscriber.queue.name == queue.name)
    _processing.set(TransactionPerEvent(Processor(database, factory), router.queues, asyncio.Event()))
    message = await build_message(event.to_json(), queue.name, content_type=CONTENT_TYPE, message_type=event.type)
    response = await subscriber.process_message(message)
    outcome: str = response.body
    return outcome


async def deliver_twice(
    routers: Routers, event: Event, database: Database, factory: Callable[[AsyncSession], Any]
) -> None:
    """Deliver ``event`` twice, as the broker may. The second delivery must change nothing."""
    assert await deliver(routers, event, database, factory) == "handled"
    assert await deliver(routers, event, database, factory) == "duplicate"


async def deliver_batch(
    routers: Routers, events: Sequence[Event], database: Database, factory: Callable[[AsyncSession], Any]
) -> int:
    """Deliver events of a busy type as one batch; return how many of them were new."""
    router, queue = _receiver(routers, events[0])
    _, handler = router.batches[queue.name]
    return await Processor(database, factory).handle_batch(queue, events, handler)


def _receiver(routers: Routers, event: Event) -> tuple[EventRouter, Queue]:
    made = [_prepared(create_router)[0] for create_router in routers]
    return next((router, queue) for router in made for queue in router.queues.values() if type(event) in queue.events)


@cache
def _prepared(create_router: Callable[[], EventRouter]) -> tuple[EventRouter, RabbitBroker]:
    """Return a router that is ready to receive. Cached, since analysing the signatures of handlers takes 20 ms."""
    router = create_router()
    broker = create_broker(_NOWHERE, [_process])
    broker.include_router(router, prefix=Names("test").prefix)
    broker._setup_logger()
    for subscriber in router.subscribers:
        subscriber._build_fastdepends_model()
    return router, broker


def _process(msg: Any, /, *, context: ContextRepo) -> BaseMiddleware:
    return _processing.get()(msg, context=context)
