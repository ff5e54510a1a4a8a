"""Nothing but confirmed publishing with aio-pika, from a time that a file names."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aio_pika

from dispatch.posts import make_posts
from dispatch.programs.living import live

_WINDOW = 500


async def start() -> Callable[[], Awaitable[None]]:
    posts = make_posts([0.0] * int(os.environ["EVENTS"]))
    bodies = iter([(post.event.type, post.event.to_json()) for post in posts])
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    exchange = await channel.get_exchange(os.environ["EXCHANGE"], ensure=False)

    async def publish() -> None:
        for type_, body in bodies:
            message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await exchange.publish(message, type_)

    async def work() -> None:
        begin = await asyncio.to_thread(told_when, Path(os.environ["START"]))
        await asyncio.sleep(begin - time.time())
        await asyncio.gather(*(publish() for _ in range(_WINDOW)))

    working = asyncio.create_task(work())

    async def stop() -> None:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await connection.close()

    return stop


def told_when(file: Path) -> float:
    """Wait for the file that names the instant at which to begin, as a Unix time."""
    while not file.exists() or not file.read_text():
        time.sleep(0.02)
    return float(file.read_text())


if __name__ == "__main__":
    live(start)
