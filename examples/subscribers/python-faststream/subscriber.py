"""A subscriber that stores the approved posts of all accounts in its own table. Start from this file."""

import asyncio
import os
import sqlite3
import sys
from datetime import UTC, datetime

import aio_pika
from faststream import AckPolicy, FastStream
from faststream.exceptions import NackMessage
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from pulseworks_contracts import ContentApproved, Event, Names
from pulseworks_contracts.faststream import CloudEventsCodec
from pydantic import ValidationError

AMQP_URL = os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")
NAMES = Names(os.environ.get("EVENTS_NAMESPACE", "pulseworks"))
# Declared beforehand, with its bindings and dead-letter queue: python -m common.topology subscriber example --types …
QUEUE = os.environ.get("QUEUE", f"{NAMES.namespace}.subscriber.example")
DATABASE = os.environ.get("DATABASE", "subscriber.sqlite3")
# The replay is complete when the stream delivers nothing for this long.
QUIET_SECONDS = 3.0

broker = RabbitBroker(
    AMQP_URL, codec=CloudEventsCodec(), default_channel=Channel(prefetch_count=50), graceful_timeout=10
)
app = FastStream(broker)
database = sqlite3.connect(DATABASE)
database.executescript("""
    CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS approvals (content_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, title TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS replayed (at TEXT NOT NULL);
""")


# An exception rejects the event to the dead-letter queue. To retry instead, raise NackMessage: it is redelivered.
@broker.subscriber(RabbitQueue(QUEUE, declare=False), ack_policy=AckPolicy.REJECT_ON_ERROR, no_reply=True)
async def receive(event: ContentApproved) -> None:
    """Handle an event. Several types are a union: `ContentApproved | ContentDeleted`."""
    try:
        apply(event)
    except sqlite3.OperationalError as error:
        await asyncio.sleep(1)
        raise NackMessage from error


def apply(event: ContentApproved) -> None:
    """Apply an event once, however often it is delivered: its id and its effect are stored in one transaction."""
    with database:
        noted = database.execute("INSERT INTO seen VALUES (?) ON CONFLICT DO NOTHING", (str(event.id),))
        if noted.rowcount == 0:
            return
        # Events may arrive out of order: apply only newer revisions.
        database.execute(
            "INSERT INTO approvals VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
            "SET revision = excluded.revision, title = excluded.title WHERE excluded.revision > revision",
            (str(event.data.content_id), event.data.revision, event.data.title),
        )
    print(f"approved: {event.data.content_id} revision {event.data.revision} “{event.data.title}”", flush=True)


@app.on_startup
async def replay() -> None:
    """On the first start, read earlier events from the stream: the last 30 days, all types.

    The queue and the stream overlap; `seen` removes the duplicates. If interrupted, it starts over at the next start.
    """
    if database.execute("SELECT 1 FROM replayed").fetchone():
        return
    began = datetime.now(UTC)
    async with await aio_pika.connect(AMQP_URL) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        stream = await channel.get_queue(NAMES.log)
        try:
            async for message in stream.iterator(arguments={"x-stream-offset": "first"}, timeout=QUIET_SECONDS):
                try:
                    if message.routing_key == ContentApproved.model_fields["type"].default:
                        apply(ContentApproved.model_validate_json(message.body))
                    if Event.model_validate_json(message.body).time > began:
                        break  # a busy stream is never idle, and later events are in the queue
                except ValidationError as error:
                    print(f"skipped an event of the stream: {error}", file=sys.stderr)
                await message.ack()
        except TimeoutError:
            pass
    with database:
        database.execute("INSERT INTO replayed VALUES (datetime())")
    print("replayed the stream", flush=True)


@app.after_startup
async def say_ready() -> None:
    print(f"waiting for events in {QUEUE}", flush=True)


if __name__ == "__main__":
    asyncio.run(app.run())
