"""faststream-outbox as a relay to RabbitMQ, run by the compared systems' interpreter."""

import asyncio
import os

import uvloop
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange
from faststream_outbox import OutboxBroker, make_outbox_table
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

TYPE = "scheduler.post_due.v1"

metadata = MetaData()
table = make_outbox_table(metadata, table_name="outbox")
engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=20)
rabbit = RabbitBroker(os.environ["AMQP_URL"], logger=None)
outbox = OutboxBroker(engine, outbox_table=table, logger=None)
exchange = RabbitExchange(os.environ["EXCHANGE"], type=ExchangeType.TOPIC, durable=True, declare=False)


@rabbit.publisher(routing_key=TYPE, exchange=exchange, persist=True, mandatory=True)
@outbox.subscriber(
    "events",
    max_workers=20,
    fetch_batch_size=500,
    min_fetch_interval=0.01,
    max_fetch_interval=0.05,
    terminal_flush_batch_size=100,
)
async def relay(body: bytes) -> bytes:
    return body


async def main() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await rabbit.connect()
    await outbox.start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
