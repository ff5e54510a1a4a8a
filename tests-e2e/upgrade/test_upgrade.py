"""The short form of `make upgrade`, and checks of the harness itself."""

import asyncio
import logging
from pathlib import Path

import pytest
from sandbox.stack.ports import free_ports

from .__main__ import step_moves
from .balancer import Balancer
from .releases import THIS, steps
from .run import SHORT, upgrade_run


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_three_releases_and_a_roll_back_cost_no_request_and_no_post(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    moves, refused = step_moves(tmp_path / "sources")
    lines: list[str] = []
    result = await upgrade_run(tmp_path / "stack", THIS, moves, lines.append, form=SHORT, refused=refused)

    assert result.ok, "\n".join(
        [*map(str, [*result.responses.errors, *result.tally.breaches, *result.breaches]), *lines]
    )
    assert result.tally.once == result.tally.scheduled > 0
    assert all(result.served[name] > 0 for name in ("this checkout", "expand", "backfill", "contract")), result.served


def test_each_release_of_the_change_still_applies(tmp_path: Path) -> None:
    assert [release.name for release in steps(tmp_path)] == ["expand", "backfill", "contract"]


async def test_the_balancer_passes_connections_to_ready_replicas_in_turn_and_keeps_open_ones() -> None:
    port, *replicas = free_ports(3)
    servers = [await _replica(replica) for replica in replicas]
    balancer = Balancer(port)
    await balancer.start()
    balancer.endpoints = list(replicas)
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in replicas]
    assert {await _asked(*connection) for connection in opened} == {str(replica) for replica in replicas}

    balancer.endpoints = replicas[:1]
    assert {await _asked(*connection) for connection in opened} == {str(replica) for replica in replicas}
    further = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    assert {await _asked(*connection) for connection in further} == {str(replicas[0])}

    for _, writer in (*opened, *further):
        writer.close()
        await writer.wait_closed()
    await balancer.stop()
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_the_balancer_refuses_a_connection_without_a_replica() -> None:
    (port,) = free_ports(1)
    balancer = Balancer(port)
    await balancer.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b""
    assert balancer.refused == 1
    writer.close()
    await writer.wait_closed()
    await balancer.stop()


async def _replica(port: int) -> asyncio.Server:
    """Return a server that answers each line with its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            writer.write(f"{port}\n".encode())
        writer.close()
        await writer.wait_closed()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    writer.write(b"?\n")
    return (await reader.readline()).decode().strip()
