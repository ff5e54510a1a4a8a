"""Confirmed publishing with aio-pika and nothing else."""

import os
from collections.abc import Awaitable, Callable

import aio_pika

from dispatch.programs.living import live
from dispatch.programs.windowed import end, publish_all


async def start() -> Callable[[], Awaitable[None]]:
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    exchange = await channel.get_exchange(os.environ["EXCHANGE"], ensure=False)

    async def publish(type_: str, body: bytes) -> None:
        await exchange.publish(aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), type_)

    working = publish_all(publish)

    async def stop() -> None:
        await end(working)
        await connection.close()

    return stop


if __name__ == "__main__":
    live(start)
