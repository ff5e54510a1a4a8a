"""Serves a stand-in as its own program, or inside a test."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from starlette.types import ASGIApp

from sandbox.standin.app import ConfigT, StandIn
from sandbox.standin.connections import CuttableProtocol
from sandbox.standin.store import Store


def standin_cli(config_class: type[ConfigT], create: Callable[[ConfigT, Store], StandIn[ConfigT]]) -> typer.Typer:
    """Return the command line interface of a stand-in: `python -m sandbox.<name> --port N`."""
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @cli.command()
    def run(
        port: Annotated[int, typer.Option(help="TCP port; 0 selects a free one and prints it.")],
        host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
        state: Annotated[Path | None, typer.Option(help="File that keeps the state across restarts.")] = None,
        config: Annotated[str, typer.Option(help="Initial switches, as JSON.")] = "{}",
    ) -> None:
        app = create(config_class.model_validate_json(config), Store(state))
        with _bound(host, port) as listening:
            if port == 0:
                print(listening.getsockname()[1], flush=True)
            uvicorn.Server(_settings(app)).run(sockets=[listening])

    return cli


@dataclass(frozen=True)
class Serving:
    """A stand-in served in this process."""

    url: str
    app: Any


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Serving]:
    """Serve an app in the running event loop on a free port until the block ends. For tests."""
    server = _QuietServer(_settings(app))
    with _bound(host, port) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the stand-in stopped during its start")
            await asyncio.sleep(0.005)
        try:
            yield Serving(url=f"http://{host}:{listening.getsockname()[1]}", app=app)
        finally:
            server.stopping.set()
            await task


class _QuietServer(uvicorn.Server):
    """A server that does not touch the process's signals and stops at once when requested."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        await self.stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        # a request that a fault keeps open must not keep the process from stopping
        timeout_graceful_shutdown=1,
    )


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends without delay only on sockets that name their protocol; otherwise each response takes 40 ms
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
        yield listening
