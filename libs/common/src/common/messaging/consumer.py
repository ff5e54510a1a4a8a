"""One queue, its handlers, and the edge around them: validate, one transaction, inbox, effects, acknowledge."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import reduce
from operator import or_
from typing import Annotated, Any, Generic, TypeVar

import asyncpg
import structlog
from faststream.exceptions import NackMessage
from faststream.rabbit import RabbitBroker, RabbitQueue
from pydantic import Field
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event, Queue
from common.database import Database
from common.messaging import inbox
from common.messaging.broker import HANDLED
from common.messaging.names import Names

log = structlog.get_logger(__name__)

FactoryT = TypeVar("FactoryT")
EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[FactoryT, Any], Awaitable[None]]

_SERIALIZATION_FAILURE, _DEADLOCK, _LOCK_TIMEOUT = "40001", "40P01", "55P03"
_COLLISIONS = {_SERIALIZATION_FAILURE, _DEADLOCK, _LOCK_TIMEOUT}
# classes of PostgreSQL's error codes: connection, resources, operator intervention (such as a start or recovery)
_OUTAGES = {"08", "53", "57"}
_PAUSE_SECONDS = 0.5


class Consumer(Generic[FactoryT]):
    """The handlers of one queue. Each event type that the contracts bind to the queue must have one."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._handlers: dict[type[Event], Handler[FactoryT]] = {}

    def handles(
        self, event: type[EventT]
    ) -> Callable[[Callable[[FactoryT, EventT], Awaitable[None]]], Callable[[FactoryT, EventT], Awaitable[None]]]:
        """Register the handler of one event type. It does database work only, in the transaction it is given."""
        if event not in self.queue.events:
            raise ValueError(
                f"{event.__name__} is not bound to the queue {self.queue.name}; see common.contracts.queues"
            )

        def register(
            handler: Callable[[FactoryT, EventT], Awaitable[None]],
        ) -> Callable[[FactoryT, EventT], Awaitable[None]]:
            self._handlers[event] = handler
            return handler

        return register

    def attach(
        self,
        broker: RabbitBroker,
        names: Names,
        database: Database,
        factory: Callable[[AsyncSession], FactoryT],
        stopping: asyncio.Event,
    ) -> None:
        """Subscribe to the queue, which the topology has declared. Raises ValueError when a handler is missing."""
        missing = [event.__name__ for event in self.queue.events if event not in self._handlers]
        if missing:
            raise ValueError(f"the queue {self.queue.name} has no handler for {', '.join(missing)}")

        queue = names.queue(self.queue)

        async def receive(event: Any) -> None:
            HANDLED.labels(queue, await self._receive(event, database, factory, stopping)).inc()

        receive.__name__ = self.queue.name.replace(".", "_")
        receive.__annotations__ = {"event": _any_of(self.queue.events), "return": None}
        subscriber = broker.subscriber(
            RabbitQueue(queue, declare=False, durable=True),
            title=queue,
            description=f"{self.queue.service} receives {', '.join(e.__name__ for e in self.queue.events)}.",
            no_reply=True,
        )
        subscriber(receive)

    async def _receive(
        self,
        event: Event,
        database: Database,
        factory: Callable[[AsyncSession], FactoryT],
        stopping: asyncio.Event,
    ) -> str:
        """Handle the event; while the database is away, hold it unacknowledged."""
        while True:
            try:
                return await self.handle(event, database, factory)
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("event_held", queue=self.queue.name, event_id=str(event.id), error=repr(error))
                if stopping.is_set():
                    raise NackMessage from error
                await asyncio.sleep(_PAUSE_SECONDS)

    async def handle(self, event: Event, database: Database, factory: Callable[[AsyncSession], FactoryT]) -> str:
        """Run the event's handler once ever, in one transaction of the event's account.

        Returns ``handled`` or ``duplicate``.
        """
        handler = self._handlers[type(event)]
        with structlog.contextvars.bound_contextvars(account_id=str(event.account_id), event_id=str(event.id)):
            async with database.transaction(event.account_id) as session:
                if not await inbox.first_time(session, self.queue.service, self.queue.name, event):
                    return "duplicate"
                await handler(factory(session), event)
        return "handled"


def is_passing(error: BaseException) -> bool:
    """Tell an outage or a collision in the database, which passes, from an event that can't be handled."""
    # while it connects, SQLAlchemy lets the driver's own errors through as they are
    if isinstance(error, OSError | PoolTimeoutError | InterfaceError | asyncpg.InterfaceError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "")[:2] in _OUTAGES
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return (
            error.connection_invalidated
            or state in _COLLISIONS
            or state[:2] in _OUTAGES
            or (isinstance(error, OperationalError) and not state)
        )
    return False


def _any_of(events: tuple[type[Event], ...]) -> Any:
    if len(events) == 1:
        return events[0]
    return Annotated[reduce(or_, events), Field(discriminator="type")]
