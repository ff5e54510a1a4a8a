"""Confirmed publishing with FastStream's broker and nothing else."""

import os
from collections.abc import Awaitable, Callable

from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange

from dispatch.programs.living import live
from dispatch.programs.windowed import end, publish_all


async def start() -> Callable[[], Awaitable[None]]:
    channel = Channel(publisher_confirms=True, on_return_raises=True)
    broker = RabbitBroker(os.environ["AMQP_URL"], default_channel=channel, logger=None)
    exchange = RabbitExchange(os.environ["EXCHANGE"], ExchangeType.TOPIC, declare=False)
    await broker.start()

    async def publish(type_: str, body: bytes) -> None:
        await broker.publish(body, exchange=exchange, routing_key=type_, persist=True, mandatory=True)

    working = publish_all(publish)

    async def stop() -> None:
        await end(working)
        await broker.stop()

    return stop


if __name__ == "__main__":
    live(start)
