"""The servers of the bench, all private, on real disks with fsync."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
from sandbox.stack.postgres import Postgres
from sandbox.stack.rabbitmq import RabbitMQ
from sandbox.stack.server import PrivateServer

from dispatch.redis_server import Redis
from dispatch.systems.base import Place


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Run a durable PostgreSQL that records when each transaction was committed."""
    import asyncio

    with Postgres(folder) as server:
        asyncio.run(_note_commits(server.url))
        server.restart()
        yield server


async def _note_commits(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    finally:
        await connection.close()


@contextmanager
def servers(place: Place, *, redis: bool) -> Iterator[dict[str, int]]:
    """Run the servers of the systems and write their addresses into ``place``; return their process ids by name."""
    with ExitStack() as stack:
        started: list[PrivateServer] = []
        started.append(database := stack.enter_context(postgres(place.folder / "postgres")))
        started.append(broker := stack.enter_context(RabbitMQ(place.folder / "rabbitmq")))
        place.postgres_url, place.amqp_url = database.url, broker.url
        if redis:
            started.append(cache := stack.enter_context(Redis(place.folder / "redis", place.peers)))
            place.redis_port = cache.port
        yield {server.title: server.pid for server in started if server.pid is not None}
