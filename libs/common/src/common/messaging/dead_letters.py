"""Dead letters: list them, and send them again once the cause is fixed."""

from dataclasses import dataclass
from datetime import datetime

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from pulseworks_contracts import Names, Queue

from common.messaging.topology import connection


@dataclass(frozen=True)
class DeadLetter:
    queue: str
    event_id: str
    type: str
    died_at: datetime | None
    body: bytes


async def list_dead_letters(url: str, namespace: str, queue: Queue, *, limit: int = 100) -> list[DeadLetter]:
    """Return up to ``limit`` dead letters of ``queue``, oldest first, and leave them where they are."""
    names = Names(namespace)
    async with connection(url) as connected:
        channel = await connected.channel()
        dead = await channel.get_queue(names.dead_queue(queue))
        messages = [message for _ in range(limit) if (message := await dead.get(fail=False)) is not None]
        return [_letter(queue, message) for message in messages]
        # closing the connection returns what was not acknowledged


async def replay_dead_letters(
    url: str, namespace: str, queue: Queue, *, event_id: str | None = None, limit: int = 1000
) -> int:
    """Send dead letters (all, or the one with ``event_id``) back to ``queue``; return how many.

    Each letter is read once: one that is dead-lettered again meanwhile goes to the end and waits for the next call. A
    letter is removed only after the broker has confirmed its copy; after a crash in between there are two, and the
    inbox skips the second.
    """
    names = Names(namespace)
    replayed = 0
    async with connection(url) as connected:
        channel = await connected.channel(publisher_confirms=True, on_return_raises=True)
        dead = await channel.get_queue(names.dead_queue(queue))
        for _ in range(min(limit, dead.declaration_result.message_count or 0)):
            message = await dead.get(fail=False)
            if message is None:
                break
            if event_id is not None and message.message_id != event_id:
                continue
            copy = aio_pika.Message(
                message.body,
                message_id=message.message_id,
                type=message.type,
                content_type=message.content_type,
                app_id=message.app_id,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await channel.default_exchange.publish(copy, names.queue(queue), mandatory=True)
            await message.ack()
            replayed += 1
    return replayed


def _letter(queue: Queue, message: AbstractIncomingMessage) -> DeadLetter:
    deaths = message.headers.get("x-death")
    died_at = deaths[0].get("time") if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else None
    return DeadLetter(
        queue=queue.name,
        event_id=message.message_id or "",
        type=message.type or message.routing_key or "",
        died_at=died_at if isinstance(died_at, datetime) else None,
        body=message.body,
    )
