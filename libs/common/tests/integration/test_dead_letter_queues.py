from typing import Any

import aio_pika
import pytest
from aio_pika.exceptions import ChannelPreconditionFailed
from common.messaging import topology
from pulseworks_contracts import ALL_QUEUES
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


async def test_an_older_queue_of_dead_letters_is_kept_with_its_letters(bus: Bus) -> None:
    name = bus.names.dead_queue(QUEUE)
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        await channel.declare_queue(name, durable=True, arguments=QUORUM)
        await channel.default_exchange.publish(aio_pika.Message(b"a letter"), name)
    await bus.declare([QUEUE])
    assert await bus.depth(name) == 1
