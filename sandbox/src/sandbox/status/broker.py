"""The queues of the contracts, as RabbitMQ counts them."""

import asyncio

from aio_pika.abc import AbstractChannel
from common.messaging import topology
from pulseworks_contracts import ALL_QUEUES, Names

from sandbox.status.snapshot import QueueDepth

ERRORS = (*topology.CONNECTION_ERRORS, TimeoutError)
_SECONDS = 3.0


async def read_queues(url: str, namespace: str) -> list[QueueDepth]:
    """Return every queue with its messages, consumers and dead letters. Raises one of `ERRORS`."""
    names = Names(namespace)
    async with asyncio.timeout(_SECONDS), topology.connection(url) as connected:
        channel = await connected.channel()
        depths = []
        for queue in ALL_QUEUES:
            messages, consumers = await _counts(channel, names.queue(queue))
            dead, _ = await _counts(channel, names.dead_queue(queue))
            depths.append(QueueDepth(queue.name, queue.service, messages, consumers, dead))
    return depths


async def _counts(channel: AbstractChannel, name: str) -> tuple[int, int]:
    declared = (await channel.declare_queue(name, passive=True)).declaration_result
    return declared.message_count or 0, declared.consumer_count or 0
