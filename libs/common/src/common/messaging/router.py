"""FastStream routers whose subscribers are the queues of the contracts."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, get_args, get_type_hints

from faststream import AckPolicy
from faststream._internal.broker.registrator import Registrator
from faststream.rabbit import Channel, RabbitQueue, RabbitRouter
from faststream.rabbit.message import RabbitMessage
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from pulseworks_contracts import Event, Queue

from common.messaging.subscriber import BatchSubscriber

__all__ = ["BatchHandler", "EventRouter", "Handler"]

Handler = Callable[..., Awaitable[None]]
BatchHandler = Callable[[Sequence[Any], Any], Awaitable[None]]

PREFETCH = 20
BATCH_SIZE = 200
"""The most events of one transaction; the same number is prefetched meanwhile."""


class EventRouter(RabbitRouter):
    """The subscribers of a feature.

    A handler is an ordinary FastStream handler: ``async def f(event: SomeEvent, factory: Annotated[Factory,
    Context()])``. The annotation of ``event`` (a type or a union) decides which events it receives. It works on the
    database alone, in the transaction that ``factory`` belongs to (see ``processor``).
    """

    def __init__(self) -> None:
        super().__init__()
        self.queues: dict[str, Queue] = {}
        """By the queue's name without the namespace, which is the router's prefix."""
        self.batches: dict[str, tuple[BatchSubscriber, BatchHandler]] = {}
        """By the same name: the collecting subscribers and the handlers of their batches."""

    def subscribe(self, queue: Queue, *handlers: Handler, batch: BatchHandler | None = None) -> None:
        """Consume ``queue``, which the topology declares.

        ``batch`` is a second handler for a busy queue of one event type: ``async def f(events, factory)`` receives
        up to 200 events of many accounts in one transaction of the cross-account role. If it raises, its transaction
        is rolled back and each event goes to the ordinary handler.

        Raises ValueError if an event type of the queue has no handler, and if a handler takes a type that is not bound
        to the queue.
        """
        types = {handler: _event_types(handler) for handler in handlers}
        _check(queue, [event for events in types.values() for event in events])
        rabbit_queue = RabbitQueue(queue.name, declare=False, robust=False)
        subscriber: RabbitSubscriber
        if batch is None:
            subscriber = self.subscriber(
                rabbit_queue,
                channel=Channel(prefetch_count=PREFETCH),
                ack_policy=AckPolicy.REJECT_ON_ERROR,
                no_reply=True,
            )
        else:
            # a channel of its own: acknowledging a batch covers every lower delivery tag of the channel
            subscriber = BatchSubscriber.create(self.config, rabbit_queue, Channel(prefetch_count=2 * BATCH_SIZE))
            Registrator.subscriber(self, subscriber)
            self.batches[queue.name] = (subscriber, batch)
        for handler, events in types.items():
            subscriber(handler, filter=_only(events))
        self.queues[queue.name] = queue


def _event_types(handler: Handler) -> tuple[type[Event], ...]:
    annotation = get_type_hints(handler)["event"]
    return get_args(annotation) or (annotation,)


def _check(queue: Queue, handled: Sequence[type[Event]]) -> None:
    missing = [event.__name__ for event in queue.events if event not in handled]
    if missing:
        raise ValueError(f"the queue {queue.name} has no handler for {', '.join(missing)}")
    unbound = [event.__name__ for event in handled if event not in queue.events]
    if unbound:
        raise ValueError(f"{', '.join(unbound)}: not bound to the queue {queue.name}; see pulseworks_contracts.queues")


def _only(events: tuple[type[Event], ...]) -> Callable[[RabbitMessage], Awaitable[bool]]:
    async def is_one_of(message: RabbitMessage) -> bool:
        return isinstance(await message.decode(), events)

    return is_one_of
