"""Measures how many events a second a relay moves from an outbox to a confirming broker.

Ours, faststream-outbox doing the same, and the publishing of aio-pika and FastStream without any database, persistent
and confirmed (ours writes many messages at once: that is a reference, not a limit). All publish the same bodies with
the same routing key to the same exchange, which routes them to a quorum queue and the stream.
"""

import asyncio
import json
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import asyncpg
from common.messaging import topology
from pulseworks_contracts import Names, queues
from testing.servers import DatabaseServer

from dispatch.install import python
from dispatch.posts import Post, make_posts
from dispatch.processes import Program, processor_seconds
from dispatch.systems.base import Place
from dispatch.systems.databases import emptied_database

NAMESPACE = "bench"
QUEUE = Names(NAMESPACE).queue(queues.PUBLISHER_DUE)
_AHEAD_SECONDS = 3.0
_PATIENCE_SECONDS = 120.0
_PROGRAMS = Path(__file__).parent / "programs"


class Relay(ABC):
    """One way to move events to the broker."""

    name: str

    def __init__(self, place: Place, events: int) -> None:
        self.place = place
        self.events = events

    @abstractmethod
    def start(self, folder: Path) -> Program:
        """Start it without any work."""

    @abstractmethod
    async def enqueue(self, posts: Sequence[Post]) -> None:
        """Insert the events, to be sent at their due time."""

    async def left(self) -> int:
        """Return the number of rows that are not settled yet."""
        return 0


class OurRelay(Relay):
    name = "PulseWorks"

    def start(self, folder: Path) -> Program:
        server = DatabaseServer(self.place.postgres_url)
        url = server.migrate("scheduler")
        server.empty("scheduler", large=True)
        environ = {
            "DATABASE_URL": url,
            "AMQP_URL": self.place.amqp_url,
            "EVENTS_NAMESPACE": NAMESPACE,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-m", "dispatch.programs.our_relay"]
        return Program("our relay", command, environ, folder / "ours.log")

    async def enqueue(self, posts: Sequence[Post]) -> None:
        columns = ["id", "account_id", "type", "body", "due_at"]
        rows = [
            (post.event.id, post.event.account_id, post.event.type, post.event.to_json(), _moment(post.due))
            for post in posts
        ]
        connection = await asyncpg.connect(self.place.postgres_url)
        try:
            async with connection.transaction():
                await connection.copy_records_to_table("outbox", schema_name="scheduler", records=rows, columns=columns)
                await connection.execute("SELECT pg_notify('due_scheduler_outbox', $1)", repr(posts[0].due))
            await connection.execute("ANALYZE scheduler.outbox")
        finally:
            await connection.close()

    async def left(self) -> int:
        return await _count(self.place.postgres_url, "scheduler.outbox")


class FastStreamOutbox(Relay):
    """Rows are fetched 500 at a time by 20 workers (60 are no faster) and removed 100 at a time."""

    name = "faststream-outbox"

    def start(self, folder: Path) -> Program:
        self._url = emptied_database(self.place.postgres_url, "faststream_outbox")
        environ = {
            "DATABASE_URL": self._url.replace("postgresql://", "postgresql+asyncpg://", 1),
            "AMQP_URL": self.place.amqp_url,
            "EXCHANGE": Names(NAMESPACE).exchange,
            "PYTHONPATH": "",
        }
        script = str(_PROGRAMS / "faststream_outbox_relay.py")
        return Program("faststream-outbox", [python(self.place.peers), script], environ, folder / "faststream.log")

    async def enqueue(self, posts: Sequence[Post]) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            # not declared as JSON, so that it is not parsed and serialised again
            headers = json.dumps({"content-type": "application/octet-stream"})
            rows = [("events", post.event.to_json(), headers, _moment(post.due)) for post in posts]
            columns = ["queue", "payload", "headers", "next_attempt_at"]
            await connection.copy_records_to_table("outbox", records=rows, columns=columns)
            await connection.execute("ANALYZE outbox")
        finally:
            await connection.close()

    async def left(self) -> int:
        return await _count(self._url, "outbox")


class Bare(Relay):
    name = "aio-pika's own publishing, 500 unconfirmed"
    program = "bare_publisher"

    def start(self, folder: Path) -> Program:
        self._start = folder / f"{self.program}.start"
        environ = {
            "AMQP_URL": self.place.amqp_url,
            "EXCHANGE": Names(NAMESPACE).exchange,
            "START": str(self._start),
            "EVENTS": str(self.events),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-m", f"dispatch.programs.{self.program}"]
        return Program(self.program, command, environ, folder / f"{self.program}.log")

    async def enqueue(self, posts: Sequence[Post]) -> None:
        self._start.write_text(repr(posts[0].due))


class FastStream(Bare):
    name = "FastStream's own publishing, 500 unconfirmed"
    program = "faststream_publisher"


RELAYS: tuple[type[Relay], ...] = (OurRelay, FastStreamOutbox, Bare, FastStream)


def measure(place: Place, rounds: int, events: int, relays: Sequence[type[Relay]] = RELAYS) -> str:
    """Run each in turn, round by round; return the medians as a Markdown table."""
    rates: dict[str, list[float]] = {relay.name: [] for relay in relays}
    for number in range(rounds):
        for kind in relays:
            folder = place.folder / f"relay-{number}"
            folder.mkdir(exist_ok=True)
            rate, used = asyncio.run(_round(kind(place, events), folder))
            rates[kind.name].append(rate)
            print(f"{number + 1} relay {kind.name}: {rate:,.0f}/s, {used:.3f} ms of CPU an event", flush=True)
    found = {name: median(each) for name, each in rates.items()}
    ours = found[OurRelay.name]
    lines = ["", "**relay**", "", "| | events a second | PulseWorks ÷ it |", "|---|---:|---:|"]
    lines += [f"| {name} | {rate:,.0f} | {ours / rate:.2f} |" for name, rate in found.items()]
    return "\n".join(lines)


async def _round(relay: Relay, folder: Path) -> tuple[float, float]:
    """Return events per second, and the relay's processor milliseconds per event."""
    events = relay.events
    await topology.declare(relay.place.amqp_url, NAMESPACE)
    async with topology.connection(relay.place.amqp_url) as connected:
        channel = await connected.channel()
        queue = await channel.get_queue(QUEUE)
        await queue.purge()
        program = await asyncio.to_thread(relay.start, folder)
        try:
            await asyncio.to_thread(program.wait_until_ready)
            start = time.time() + _AHEAD_SECONDS
            await relay.enqueue(make_posts([start] * events))
            if time.time() > start:
                raise RuntimeError(f"{relay.name} took too long to insert {events} events")
            await asyncio.sleep(start - time.time())
            before = processor_seconds(program.pid)
            while True:
                arrived = (await channel.declare_queue(QUEUE, passive=True)).declaration_result.message_count or 0
                if arrived >= events and await relay.left() == 0:
                    break
                if time.time() - start > _PATIENCE_SECONDS:
                    raise RuntimeError(f"{relay.name} sent {arrived} of {events} events; see {program.log}")
                await asyncio.sleep(0.01)
            took = time.time() - start
            used = processor_seconds(program.pid) - before
        finally:
            await asyncio.to_thread(program.stop)
        await queue.purge()
    return events / took, used * 1000 / events


async def _count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        count: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    finally:
        await connection.close()
    return count


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
