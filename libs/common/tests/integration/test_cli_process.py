"""A service as a real process: it serves, and it stops gracefully."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from common.http import Check, create_app
from common.runtime.process import run_process
from common.runtime.server import listen
from common.runtime.stopping import STOP_SECONDS
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from testing.tokens import TokenMinter

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
        ready = await http.get("/readyz")
        assert ready.status_code == 200
        assert "server" not in ready.headers
        request = asyncio.create_task(http.get("/probe/slow"))
        assert await line(process) == "slow begun"
        process.send_signal(signal.SIGTERM)
        answer = await request
        assert (answer.status_code, answer.json()) == (200, "done")
        assert await line(process) == "worker stopped"
        assert await line(process) == "context closed"
        assert await process.wait() == 0


class Context:
    token_verifier = TokenMinter().verifier()
    closed = False

    def readiness(self) -> Sequence[Check]:
        return []

    async def close(self) -> None:
        self.closed = True


class FailingWorker:
    stop_seconds = STOP_SECONDS

    async def start(self) -> None:
        raise ConnectionError("no broker")

    async def stop(self) -> None:
        return None

    async def check_broker(self) -> None:
        return None

    async def check_loops(self) -> None:
        return None


class EndlessWorker(FailingWorker):
    """Starts, and does not finish what it has begun."""

    def __init__(self, stop_seconds: float) -> None:
        self.stop_seconds = stop_seconds
        self.started = asyncio.Event()

    async def start(self) -> None:
        self.started.set()

    async def stop(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize(("stop_seconds", "signals"), [(0.2, 1), (60.0, 2)], ids=["its time is over", "second signal"])
async def test_a_worker_that_does_not_finish_is_cut(stop_seconds: float, signals: int) -> None:
    context, worker = Context(), EndlessWorker(stop_seconds)
    app = create_app(title="t", service="t", context=context, routers=[], registry=CollectorRegistry())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = asyncio.create_task(run_process(lambda: (context, app, worker), listener))
        await worker.started.wait()
        for _ in range(signals):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.05)
        clean = await asyncio.wait_for(running, 5)
    assert not clean, "what was begun is not finished"
    assert context.closed


async def test_a_worker_that_fails_to_start_ends_the_process_with_an_error() -> None:
    context = Context()
    app = create_app(title="t", service="t", context=context, routers=[], registry=CollectorRegistry())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        with capture_logs() as logs:
            clean = await asyncio.wait_for(run_process(lambda: (context, app, FailingWorker()), listener), 10)
    assert not clean
    assert context.closed
    assert any("no broker" in entry.get("error", "") for entry in logs)


def test_a_port_in_use_ends_the_process_before_anything_is_built() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with capture_logs() as logs, pytest.raises(SystemExit) as caught:
            listen("127.0.0.1", int(listener.getsockname()[1]))
    assert caught.value.code == 1
    assert [entry["event"] for entry in logs] == ["cannot_listen"]
