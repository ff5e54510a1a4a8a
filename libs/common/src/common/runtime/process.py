"""The life of a process: HTTP server and worker in one event loop, and a graceful stop on SIGTERM."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from common.http.context import Check
from common.runtime.garbage import freeze_started_process
from common.runtime.settings import ProcessSettings
from common.telemetry import configure_logging, configure_tracing

__all__ = ["BackgroundWorker", "ClosableContext", "run_process", "start_process"]

KEEP_ALIVE_SECONDS = 30
"""The gateway closes idle connections earlier than this, so that none is closed during a request."""

_BACKLOG = 2048
_DRAIN_SECONDS = 10
_WORKER_STOP_SECONDS = 15
_log = structlog.get_logger(__name__)


class BackgroundWorker(Protocol):
    """`common.runtime.Worker`, or a service's own."""

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Accept no more work, finish what is in progress, close connections."""
        ...

    async def check_broker(self) -> None: ...

    async def check_loops(self) -> None: ...


class ClosableContext(Protocol):
    async def close(self) -> None: ...


Parts = tuple[ClosableContext, FastAPI, BackgroundWorker | None]


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process handles signals: uvicorn would re-raise them before the worker has stopped.
        yield


class _WorkerState:
    """The worker's readiness: not ready until it has started, then its own checks.

    A process that serves requests stays ready without the broker: its events wait in the outbox.
    """

    def __init__(self, worker: BackgroundWorker, *, needs_broker: bool) -> None:
        self._worker = worker
        self._needs_broker = needs_broker
        self.started = False

    def readiness(self) -> Sequence[Check]:
        if not self.started:
            return [Check("worker", self._not_started)]
        broker = Check("broker", self._worker.check_broker, critical=self._needs_broker)
        return [broker, Check("due_loops", self._worker.check_loops)]

    async def _not_started(self) -> None:
        raise RuntimeError("the worker has not started yet")


def start_process(
    service: str, settings: ProcessSettings, build: Callable[[], Parts], *, worker_only: bool = False
) -> None:
    """Run until SIGTERM or SIGINT. Raises SystemExit(1) if a part fails.

    `build` is called inside the event loop and creates the context, the application and the worker if there is one.
    `worker_only`: only health and metrics are served.
    """
    configure_logging(service, level=settings.log_level, style=settings.log_format)
    tracing = configure_tracing(service, settings.otel_exporter_otlp_endpoint)
    listener = _listen(settings.host, settings.port)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            clean = runner.run(run_process(build, listener, worker_only=worker_only))
    finally:
        listener.close()
        if tracing is not None:
            tracing.shutdown()
    if not clean:
        raise SystemExit(1)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with an explicit protocol, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From now on a client that connects waits for the start instead of being refused.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        _log.error("cannot_listen", host=host, port=port, reason=error.strerror)
        raise SystemExit(1) from None
    return listener


async def run_process(build: Callable[[], Parts], listener: socket.socket, *, worker_only: bool = False) -> bool:
    """Serve on `listener` and run the worker until a signal; return whether all parts stopped without an error."""
    context, app, worker = build()
    state = None if worker is None else _WorkerState(worker, needs_broker=worker_only)
    if state is not None:
        app.state.readiness.append(state.readiness)
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        # A second signal stops without waiting.
        server.force_exit = stop.is_set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    try:
        return await _run_parts(server, listener, worker, state, stop)
    finally:
        await context.close()
        _log.info("process_stopped")
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _run_parts(
    server: uvicorn.Server,
    listener: socket.socket,
    worker: BackgroundWorker | None,
    state: _WorkerState | None,
    stop: asyncio.Event,
) -> bool:
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    parts: set[asyncio.Task[object]] = {serving, stopping}
    starting: asyncio.Task[None] | None = None
    if worker is not None and state is not None:
        starting = asyncio.create_task(_start(worker, state), name="worker")
        parts.add(starting)
    _log.info("process_started", address="{}:{}".format(*listener.getsockname()[:2]), worker=worker is not None)
    done: set[asyncio.Task[object]] = set()
    # The worker's start may complete; any other task that completes ends the process.
    while not done - {starting} and not any(task.exception() for task in done):
        done, parts = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    _log.info("process_stopping", requested=stop.is_set())
    server.should_exit = True
    if starting is not None and not starting.done():
        starting.cancel()
    closing = [serving] if worker is None else [serving, asyncio.create_task(_stop(worker))]
    results = await asyncio.gather(*closing, *([starting] if starting else []), return_exceptions=True)
    stopping.cancel()
    return _report(results) and stop.is_set()


async def _start(worker: BackgroundWorker, state: _WorkerState) -> None:
    await worker.start()
    freeze_started_process()
    state.started = True
    _log.info("worker_started")


async def _stop(worker: BackgroundWorker) -> None:
    async with asyncio.timeout(_WORKER_STOP_SECONDS):
        await worker.stop()
    _log.info("worker_stopped")


def _report(results: Sequence[object]) -> bool:
    failed = [r for r in results if isinstance(r, Exception)]
    for error in failed:
        _log.error("part_failed", error=repr(error), exc_info=error)
    return not failed
