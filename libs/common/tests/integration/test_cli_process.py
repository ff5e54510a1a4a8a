"""A service as a real process: it serves, and it ends in order."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

PROBE = Path(__file__).parents[1] / "unit" / "probe_service.py"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def running(command: str, port: int, **settings: str) -> AsyncIterator[Process]:
    environment = {
        **os.environ,
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "DATABASE_URL": "postgresql://u@127.0.0.1:1/d",
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
        "API_KEY": "k",
        "PORT": str(port),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROBE), command, stdout=PIPE, stderr=PIPE, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()


async def test_sigterm_lets_requests_finish_stops_the_worker_and_closes_the_context() -> None:
    port = free_port()
    async with running("serve", port) as process, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert await line(process) == "worker started"
        assert (await http.get("/readyz")).status_code == 200
        request = asyncio.create_task(http.get("/probe/slow"))
        assert await line(process) == "slow begun"
        process.send_signal(signal.SIGTERM)
        answer = await request
        assert (answer.status_code, answer.json()) == (200, "done")
        assert await line(process) == "worker stopped"
        assert await line(process) == "context closed"
        assert await process.wait() == 0


async def test_the_answer_names_no_server_and_the_worker_process_serves_health_alone() -> None:
    port = free_port()
    async with running("worker", port) as process, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert await line(process) == "worker started"
        answer = await http.get("/livez")
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert (await http.get("/probe/slow")).status_code == 404
        assert (await http.get("/metrics")).status_code == 200


async def test_a_worker_that_can_not_start_ends_the_process_with_1() -> None:
    async with running("serve", free_port(), WORKER_FAILS="true") as process:
        out, err = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 1
        assert b"no broker" in err
        assert b"context closed" in out


async def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        async with running("api", int(listener.getsockname()[1])) as process:
            _, err = await asyncio.wait_for(process.communicate(), 20)
            assert process.returncode == 1
            assert err.count(b"\n") == 1
            assert b"cannot_listen" in err
