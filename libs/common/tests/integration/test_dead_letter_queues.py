from typing import Any

import aio_pika
import pytest
from aio_pika.exceptions import ChannelPreconditionFailed
from common.messaging import topology
from pulseworks_contracts import ALL_QUEUES, EVENT_TYPES, Queue
from testing import Bus

QUEUE = ALL_QUEUES[0]
QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}


@pytest.mark.invariant("E5")
async def test_a_dead_letter_can_be_listed_more_often_than_a_broker_delivers_by_default(bus: Bus) -> None:
    """RabbitMQ 4 drops a message that was returned 20 times, unless its queue sets another limit."""
    await bus.declare([QUEUE])
    name = bus.names.dead_queue(QUEUE)
    async with topology.connection(bus.url) as connected:
        refused = await connected.channel()
        with pytest.raises(ChannelPreconditionFailed, match="x-delivery-limit"):
            await refused.declare_queue(name, durable=True, arguments=QUORUM | {"x-delivery-limit": 20})


@pytest.mark.invariant("E5")
async def test_a_type_that_a_queue_no_longer_takes_can_be_unbound(bus: Bus) -> None:
    """Its events would be dead letters: the new build has no handler for them."""
    narrower = Queue(QUEUE.service, QUEUE.purpose, QUEUE.events[:1])
    taken = QUEUE.events[0].model_fields["type"].default
    former = next(kind for kind in EVENT_TYPES if kind != taken)
    await bus.declare([narrower])
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        exchange = await channel.get_exchange(bus.names.exchange)
        await (await channel.get_queue(bus.names.queue(narrower))).bind(exchange, former)
        await topology.unbind_former_types(bus.url, bus.namespace, [narrower])
        for kind in (former, taken):
            await exchange.publish(aio_pika.Message(b"{}"), kind)
    assert await bus.depth(bus.names.queue(narrower)) == 1


async def test_an_older_queue_of_dead_letters_is_kept_with_its_letters(bus: Bus) -> None:
    name = bus.names.dead_queue(QUEUE)
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        await channel.declare_queue(name, durable=True, arguments=QUORUM)
        await channel.default_exchange.publish(aio_pika.Message(b"a letter"), name)
    await bus.declare([QUEUE])
    assert await bus.depth(name) == 1
