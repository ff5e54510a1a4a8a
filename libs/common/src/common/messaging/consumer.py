"""One queue and its handlers: one transaction, inbox, effects."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, Generic, TypeVar

import structlog
from pulseworks_contracts import Event, Names, Queue
from pydantic import Field, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.messaging import inbox
from common.messaging.broker import Broker
from common.messaging.edge import Edge
from common.messaging.passing import is_passing
from common.messaging.subscription import Subscription

__all__ = ["Consumer", "is_passing"]

FactoryT = TypeVar("FactoryT")
EventT = TypeVar("EventT", bound=Event)
Handler = Callable[[FactoryT, Any], Awaitable[None]]

_HANDLED, _DUPLICATE = "handled", "duplicate"
_PREFETCH = 20
# Messages of one transaction; as many again wait here for it to end.
_TOGETHER = 200


class Consumer(Generic[FactoryT]):
    """The handlers of one queue. Each event type that the contracts bind to the queue must have one."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._handlers: dict[type[Event], Handler[FactoryT]] = {}
        self._handlers_together: dict[type[Event], Handler[FactoryT]] = {}

    def handles(
        self, event: type[EventT]
    ) -> Callable[[Callable[[FactoryT, EventT], Awaitable[None]]], Callable[[FactoryT, EventT], Awaitable[None]]]:
        """Register the handler of one event type. It does database work only, in the transaction it is given."""

        def register(
            handler: Callable[[FactoryT, EventT], Awaitable[None]],
        ) -> Callable[[FactoryT, EventT], Awaitable[None]]:
            self._handlers[event] = handler
            return handler

        self._must_be_bound(event)
        return register

    def handles_together(
        self, event: type[EventT]
    ) -> Callable[
        [Callable[[FactoryT, Sequence[EventT]], Awaitable[None]]],
        Callable[[FactoryT, Sequence[EventT]], Awaitable[None]],
    ]:
        """Register a second handler of a busy type, which takes many events in one transaction.

        They are of many accounts, so the transaction is under the service's loop role: its tables must be open to it,
        the inbox for INSERT too. When it raises, its effects are undone and each event goes to the ordinary handler.
        """

        def register(
            handler: Callable[[FactoryT, Sequence[EventT]], Awaitable[None]],
        ) -> Callable[[FactoryT, Sequence[EventT]], Awaitable[None]]:
            self._handlers_together[event] = handler
            return handler

        self._must_be_bound(event)
        return register

    def attach(
        self,
        broker: Broker,
        names: Names,
        database: Database,
        factory: Callable[[AsyncSession], FactoryT],
        stopping: asyncio.Event,
    ) -> None:
        """Subscribe to the queue, which the topology has declared. Raises ValueError when a handler is missing."""
        missing = [event.__name__ for event in self.queue.events if event not in self._handlers]
        if missing:
            raise ValueError(f"the queue {self.queue.name} has no handler for {', '.join(missing)}")

        async def handle(event: Event) -> str:
            return await self.handle(event, database, factory)

        async def handle_together(events: Sequence[Event]) -> Sequence[str]:
            return await self.handle_together(events, database, factory)

        queue = names.queue(self.queue)
        together = bool(self._handlers_together)
        edge = Edge(
            queue, TypeAdapter(_any_of(self.queue.events)), handle, handle_together if together else None, stopping
        )
        broker.subscribers.append(
            Subscription(queue, edge.receive, prefetch=2 * _TOGETHER, together=_TOGETHER)
            if together
            else Subscription(queue, edge.receive, prefetch=_PREFETCH)
        )

    async def handle(self, event: Event, database: Database, factory: Callable[[AsyncSession], FactoryT]) -> str:
        """Run the event's handler once ever, in one transaction of the event's account.

        Returns ``handled`` or ``duplicate``.
        """
        handler = self._handlers[type(event)]
        with structlog.contextvars.bound_contextvars(account_id=str(event.account_id), event_id=str(event.id)):
            async with database.transaction(event.account_id) as session:
                if not await inbox.first_time(session, self.queue.service, self.queue.name, event):
                    return _DUPLICATE
                await handler(factory(session), event)
        return _HANDLED

    async def handle_together(
        self, events: Sequence[Event], database: Database, factory: Callable[[AsyncSession], FactoryT]
    ) -> list[str]:
        """Run the handlers of many events once ever, in one transaction of the loop role.

        Returns ``handled`` or ``duplicate`` for each. Raises KeyError for a type without such a handler.
        """
        by_type: dict[type[Event], list[Event]] = {}
        outcomes: list[str] = []
        async with database.loop.transaction() as session:
            new = await inbox.first_times(session, self.queue.service, self.queue.name, events)
            for event in events:
                outcomes.append(_HANDLED if event.id in new else _DUPLICATE)
                if event.id in new:
                    by_type.setdefault(type(event), []).append(event)
                    new.discard(event.id)  # the same event may have come twice
            for kind, fresh in by_type.items():
                await self._handlers_together[kind](factory(session), fresh)
        return outcomes

    def _must_be_bound(self, event: type[Event]) -> None:
        if event not in self.queue.events:
            raise ValueError(
                f"{event.__name__} is not bound to the queue {self.queue.name}; see pulseworks_contracts.queues"
            )


def _any_of(events: tuple[type[Event], ...]) -> Any:
    if len(events) == 1:
        return events[0]
    return Annotated[reduce(or_, events), Field(discriminator="type")]
