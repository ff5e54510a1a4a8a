"""The exchanges, queues and bindings that must exist before an event is sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelClosed, ChannelNotFoundEntity, ChannelPreconditionFailed
from pulseworks_contracts import ALL_QUEUES, Names, Queue
from yarl import URL

log = structlog.get_logger(__name__)

CONNECTION_ERRORS = (AMQPError, RuntimeError, OSError)
"""What a call raises if the broker is unavailable. aio-pika raises RuntimeError for a channel that has closed."""

STREAM_AGE = "30D"
# After three times as long without a frame the connection is closed.
_HEARTBEAT_SECONDS = 15
# RabbitMQ counts lost connections as deliveries, and from version 4.0 on drops a message after 20 of them unless the
# queue sets a limit. The consumer decides what is dead-lettered, and listing dead letters must not remove them.
_DELIVERY_LIMIT = 1_000_000
# After a restart of the broker a stream is "down or inaccessible" for some seconds, although the port is open.
_RETRY_SECONDS = 60.0


async def declare(
    url: str, namespace: str, queues: Sequence[Queue] = ALL_QUEUES, *, service: str | None = None
) -> None:
    """Declare exchanges, the stream, and every queue with its dead-letter queue and bindings. Safe to repeat.

    A user with the rights of one service may not declare anything, not even what exists. Then everything must have been
    declared before (``python -m common.topology declare``), which this checks as ``check`` does.
    Raises the error of the last attempt if it still fails after a minute.
    """
    deadline = asyncio.get_running_loop().time() + _RETRY_SECONDS
    while True:
        try:
            async with connection(url) as connected:
                try:
                    await _declare(connected, Names(namespace), queues)
                except ChannelClosed as error:
                    if "ACCESS_REFUSED" not in str(error):
                        raise
                    await check(url, namespace, queues, service=service)
        except CONNECTION_ERRORS as error:
            if asyncio.get_running_loop().time() > deadline:
                raise
            log.info("topology_retries", error=repr(error))
            await asyncio.sleep(0.5)
        else:
            return


def with_heartbeat(url: str) -> str:
    """Return ``url`` with a heartbeat unless it has one, so that a lost broker is noticed within a minute."""
    address = URL(url)
    return url if "heartbeat" in address.query else str(address.update_query(heartbeat=_HEARTBEAT_SECONDS))


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[AbstractConnection]:
    """Open a plain connection for a short task."""
    connected = await aio_pika.connect(with_heartbeat(url), timeout=5)
    try:
        yield connected
    finally:
        await connected.close()


async def _declare(connected: AbstractConnection, names: Names, queues: Sequence[Queue]) -> None:
    channel = await connected.channel()
    events = await channel.declare_exchange(names.exchange, aio_pika.ExchangeType.TOPIC, durable=True)
    dead = await channel.declare_exchange(names.dead_exchange, aio_pika.ExchangeType.DIRECT, durable=True)
    stream = await channel.declare_queue(
        names.log, durable=True, arguments={"x-queue-type": "stream", "x-max-age": STREAM_AGE}
    )
    await stream.bind(events, "#")
    for queue in queues:
        await _declare_dead_queue(connected, names.dead_queue(queue))
        dead_letters = await channel.get_queue(names.dead_queue(queue), ensure=False)
        await dead_letters.bind(dead, names.queue(queue))
        declared = await channel.declare_queue(names.queue(queue), durable=True, arguments=_arguments(names, queue))
        for event in queue.events:
            await declared.bind(events, event.model_fields["type"].default)


async def _declare_dead_queue(connected: AbstractConnection, name: str) -> None:
    """Declare a queue of dead letters, or keep an older one, whose letters must not be lost."""
    async with connected.channel() as channel:  # of its own: a refusal closes it
        try:
            await channel.declare_queue(
                name, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": _DELIVERY_LIMIT}
            )
        except ChannelPreconditionFailed:
            log.warning(
                "dead_letter_queue_without_limit",
                queue=name,
                todo="before an update to RabbitMQ 4, replay its letters and delete it; it is declared again",
            )


def _arguments(names: Names, queue: Queue) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": names.dead_exchange,
        "x-dead-letter-routing-key": names.queue(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": _DELIVERY_LIMIT,
    }


async def depths(url: str, namespace: str, queues: Sequence[Queue]) -> dict[str, tuple[int, int]]:
    """Return how many messages are ready in each queue and in its dead-letter queue, by the name of the queue."""
    names = Names(namespace)
    async with connection(url) as connected:
        channel = await connected.channel()

        async def ready(name: str) -> int:
            return (await channel.declare_queue(name, passive=True)).declaration_result.message_count or 0

        return {queue.name: (await ready(names.queue(queue)), await ready(names.dead_queue(queue))) for queue in queues}


async def check(url: str, namespace: str, queues: Sequence[Queue] = ALL_QUEUES, *, service: str | None = None) -> None:
    """Raise RuntimeError that names the first missing exchange, stream or queue.

    AMQP has no way to check a binding, so bindings are declared again, which changes nothing if they exist. With
    ``service`` only those of its own queues, since its user has no right to others.
    """
    names = Names(namespace)
    async with connection(url) as connected:
        channel = await connected.channel()
        try:
            events = await channel.declare_exchange(names.exchange, passive=True)
            await channel.declare_queue(names.log, passive=True)
            for queue in queues:
                await channel.declare_queue(names.dead_queue(queue), passive=True)
                declared = await channel.declare_queue(names.queue(queue), passive=True)
                if service in {None, queue.service}:
                    for event in queue.events:
                        await declared.bind(events, event.model_fields["type"].default)
        except ChannelNotFoundEntity as missing:
            raise RuntimeError(f"missing on the broker: {missing}") from missing
