"""The broker's stream of all events of the last 30 days. It is not restored with the database."""

import asyncio
from datetime import datetime

from aio_pika.abc import AbstractIncomingMessage
from common.messaging import topology
from pulseworks_contracts import Names, PostDue

_TYPE: str = PostDue.model_fields["type"].default
_PREFETCH = 500
_IDLE_SECONDS = 3.0
_POLL_SECONDS = 0.1


async def posts_handed_over(url: str, namespace: str, since: datetime) -> list[PostDue]:
    """Return the posts that were handed to the publisher after ``since``, and a few from shortly before.

    The stream must be idle. The user of ``url`` needs the right to read it, which the scheduler's own does not have.
    """
    loop = asyncio.get_running_loop()
    last_message = loop.time()
    found: list[PostDue] = []

    async def read(message: AbstractIncomingMessage) -> None:
        nonlocal last_message
        last_message = loop.time()
        if message.routing_key == _TYPE:
            found.append(PostDue.model_validate_json(message.body))
        await message.ack()

    async with topology.connection(url) as connected:
        channel = await connected.channel()
        await channel.set_qos(prefetch_count=_PREFETCH)
        stream = await channel.get_queue(Names(namespace).log, ensure=False)
        await stream.consume(read, arguments={"x-stream-offset": since})
        last_message = loop.time()
        while loop.time() - last_message < _IDLE_SECONDS:  # noqa: ASYNC110 - no event signals an idle stream
            await asyncio.sleep(_POLL_SECONDS)
    return found
