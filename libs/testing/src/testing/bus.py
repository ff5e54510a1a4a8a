import asyncio
from collections.abc import Sequence

import aio_pika
from aio_pika.abc import AbstractQueue
from common.messaging import topology
from pulseworks_contracts import ALL_QUEUES, CONTENT_TYPE, EVENT_TYPES, Event, Names, Queue


class Bus:
    """A namespace on the broker for one test, with the queues that it declares; removed afterwards."""

    def __init__(self, url: str, namespace: str) -> None:
        self.url = url
        self.namespace = namespace
        self.names = Names(namespace)

    async def declare(self, queues: Sequence[Queue] = ALL_QUEUES) -> None:
        await topology.declare(self.url, self.namespace, queues)

    async def publish(self, event: Event) -> None:
        """Send an event as a relay does."""
        await self.publish_raw(event.to_json(), event.type, message_id=str(event.id))

    async def publish_raw(self, body: bytes, routing_key: str, *, message_id: str = "raw") -> None:
        async with topology.connection(self.url) as connected:
            channel = await connected.channel(publisher_confirms=True)
            exchange = await channel.get_exchange(self.names.exchange, ensure=False)
            message = aio_pika.Message(
                body,
                message_id=message_id,
                type=routing_key,
                content_type=CONTENT_TYPE,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await exchange.publish(message, routing_key, mandatory=True, timeout=5)

    async def collect(self, queue: Queue, count: int, *, seconds: float = 10.0) -> list[Event]:
        """Take ``count`` events from ``queue``; fail if they do not arrive within ``seconds``."""
        async with topology.connection(self.url) as connected:
            channel = await connected.channel()
            source = await channel.get_queue(self.names.queue(queue))
            async with asyncio.timeout(seconds):
                return [await _next(source) for _ in range(count)]

    async def depth(self, queue_name: str) -> int:
        """Return the number of ready messages in a queue, by its full name."""
        async with topology.connection(self.url) as connected:
            channel = await connected.channel()
            declared = await channel.declare_queue(queue_name, passive=True)
            return declared.declaration_result.message_count or 0

    async def remove(self) -> None:
        async with topology.connection(self.url) as connected:
            channel = await connected.channel()
            for queue in ALL_QUEUES:
                await channel.queue_delete(self.names.queue(queue))
                await channel.queue_delete(self.names.dead_queue(queue))
            await channel.queue_delete(self.names.log)
            await channel.exchange_delete(self.names.exchange)
            await channel.exchange_delete(self.names.dead_exchange)


async def _next(queue: AbstractQueue) -> Event:
    while True:
        message = await queue.get(fail=False, no_ack=True)
        if message is not None:
            return EVENT_TYPES[message.type or ""].model_validate_json(message.body)
        await asyncio.sleep(0.02)
