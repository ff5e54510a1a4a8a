"""Nothing but confirmed publishing with FastStream's broker, from a time that a file names."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange

from dispatch.posts import make_posts
from dispatch.programs.bare_publisher import told_when
from dispatch.programs.living import live

_WINDOW = 500


async def start() -> Callable[[], Awaitable[None]]:
    posts = make_posts([0.0] * int(os.environ["EVENTS"]))
    bodies = iter([(post.event.type, post.event.to_json()) for post in posts])
    channel = Channel(publisher_confirms=True, on_return_raises=True)
    broker = RabbitBroker(os.environ["AMQP_URL"], default_channel=channel, logger=None)
    exchange = RabbitExchange(os.environ["EXCHANGE"], ExchangeType.TOPIC, declare=False)
    await broker.start()

    async def publish() -> None:
        for type_, body in bodies:
            await broker.publish(body, exchange=exchange, routing_key=type_, persist=True, mandatory=True)

    async def work() -> None:
        begin = await asyncio.to_thread(told_when, Path(os.environ["START"]))
        await asyncio.sleep(begin - time.time())
        await asyncio.gather(*(publish() for _ in range(_WINDOW)))

    working = asyncio.create_task(work())

    async def stop() -> None:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await broker.stop()

    return stop


if __name__ == "__main__":
    live(start)
