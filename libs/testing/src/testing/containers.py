"""The servers of a test run in containers, of the versions of docker-compose.yml."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import asyncpg
from sandbox.stack.rabbitmq import accepts_connections
from testcontainers.core.container import DockerContainer

from testing.engine import BrokerServer

POSTGRES = "postgres:18"
RABBITMQ = "rabbitmq:4-management"
_START_SECONDS = 60.0


@contextmanager
def postgres_container() -> Iterator[str]:
    """Start a PostgreSQL and yield its URL."""
    password = secrets.token_hex(8)
    container = DockerContainer(POSTGRES).with_exposed_ports(5432).with_env("POSTGRES_PASSWORD", password)
    container = container.with_env("LANG", "C.UTF-8")
    # the tests kill no server that they share, so nothing has to reach a disk
    with container.with_command("postgres -c fsync=off -c max_connections=300") as started:
        url = f"postgresql://postgres:{password}@{_address(started, 5432)}/postgres"
        _wait(POSTGRES, lambda: _accepts_queries(url))
        yield url


@contextmanager
def rabbitmq_container() -> Iterator[BrokerServer]:
    """Start a RabbitMQ and yield it when it accepts connections."""
    container = DockerContainer(RABBITMQ).with_exposed_ports(5672).with_kwargs(hostname="rabbitmq")
    with container as started:
        broker = _Broker(started)
        _wait(RABBITMQ, lambda: accepts_connections(broker.url))
        yield broker


class _Broker:
    def __init__(self, container: DockerContainer) -> None:
        self._container = container
        self.url = f"amqp://guest:guest@{_address(container, 5672)}/"

    def control(self, *arguments: str, given: str | None = None) -> str:
        pipe = 'given=$1; shift; printf %s "$given" | rabbitmqctl "$@"'
        code, output = self._container.exec(["sh", "-c", pipe, "sh", given or "", *arguments])
        text = bytes(output).decode(errors="replace")
        assert code == 0, text
        return text


def _address(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"


async def _accepts_queries(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=2)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


def _wait(image: str, is_ready: Callable[[], Awaitable[bool]]) -> None:
    async def wait() -> None:
        async with asyncio.timeout(_START_SECONDS):
            while not await is_ready():  # noqa: ASYNC110 - a server in another process has no event
                await asyncio.sleep(0.2)

    try:
        asyncio.run(wait())
    except TimeoutError:
        raise TimeoutError(f"{image} is not ready within {_START_SECONDS:.0f} s") from None
