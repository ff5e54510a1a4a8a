"""The life of a process: HTTP server and worker in one event loop, and a graceful stop on SIGTERM."""

import asyncio
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
import uvloop
from fastapi import FastAPI

from common.http.app import operations_app
from common.http.client_address import ClientAddresses
from common.http.context import Check
from common.runtime.connections import ConnectionLimits
from common.runtime.garbage import freeze_started_process
from common.runtime.loop_lag import measure_loop_lag
from common.runtime.server import HttpServer, listen, raise_file_limit
from common.runtime.settings import ProcessSettings
from common.runtime.stopping import STOP_SECONDS, grace_seconds
from common.telemetry import configure_logging, configure_tracing

__all__ = ["BackgroundWorker", "ClosableContext", "run_process", "start_process"]

_log = structlog.get_logger(__name__)


class BackgroundWorker(Protocol):
    """`common.runtime.Worker`, or a service's own."""

    @property
    def stop_seconds(self) -> float:
        """How long `stop` may take; it is cancelled after this time."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Accept no more work, finish what is in progress, close connections."""
        ...

    async def check_broker(self) -> None: ...

    async def check_loops(self) -> None: ...


class ClosableContext(Protocol):
    async def close(self) -> None: ...


Parts = tuple[ClosableContext, FastAPI, BackgroundWorker | None]


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
    limits = settings.connection_limits
    raise_file_limit(limits.connections)
    listener = listen(settings.host, settings.port)
    operations = None if settings.operations_port is None else listen(settings.host, settings.operations_port)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            running = run_process(
                build,
                listener,
                operations=operations,
                worker_only=worker_only,
                limits=limits,
                is_proxy=ClientAddresses(settings.proxies).is_proxy,
            )
            clean = runner.run(running)
    finally:
        for opened in (listener, operations):
            if opened is not None:
                opened.close()
        if tracing is not None:
            tracing.shutdown()
    if not clean:
        raise SystemExit(1)


async def run_process(
    build: Callable[[], Parts],
    listener: socket.socket,
    *,
    operations: socket.socket | None = None,
    worker_only: bool = False,
    limits: ConnectionLimits | None = None,
    is_proxy: Callable[[str], bool] = lambda _address: False,
) -> bool:
    """Serve on `listener` and run the worker until a signal; return whether all parts stopped without an error.

    `operations` is a socket for health and metrics alone.
    """
    context, app, worker = build()
    state = None if worker is None else _WorkerState(worker, needs_broker=worker_only)
    if state is not None:
        app.state.readiness.append(state.readiness)
    servers = [(HttpServer(app, limits, is_proxy=is_proxy), listener)]
    if operations is not None:
        servers.append((HttpServer(operations_app(app)), operations))
    stop, at_once = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        # A second signal stops without waiting.
        for server, _ in servers:
            server.force_exit = stop.is_set()
        if stop.is_set():
            at_once.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    measuring = asyncio.create_task(measure_loop_lag(), name="loop_lag")
    try:
        return await _run_parts(servers, worker, state, stop, at_once)
    finally:
        measuring.cancel()
        await context.close()
        _log.info("process_stopped")
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _run_parts(
    servers: Sequence[tuple[HttpServer, socket.socket]],
    worker: BackgroundWorker | None,
    state: _WorkerState | None,
    stop: asyncio.Event,
    at_once: asyncio.Event,
) -> bool:
    addresses = ["{}:{}".format(*listener.getsockname()[:2]) for _, listener in servers]
    serving = [asyncio.create_task(server.serve(sockets=[listener]), name="http") for server, listener in servers]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    parts: set[asyncio.Task[object]] = {*serving, stopping}
    starting: asyncio.Task[None] | None = None
    if worker is not None and state is not None:
        starting = asyncio.create_task(_start(worker, state), name="worker")
        parts.add(starting)
    else:
        freeze_started_process()
    grace = grace_seconds(STOP_SECONDS if worker is None else worker.stop_seconds)
    _log.info("process_started", addresses=addresses, worker=worker is not None, grace_seconds=grace)
    done: set[asyncio.Task[object]] = set()
    # The worker's start may complete; any other task that completes ends the process.
    while not done - {starting} and not any(task.exception() for task in done):
        done, parts = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    _log.info("process_stopping", requested=stop.is_set())
    for server, _ in servers:
        server.should_exit = True
    if starting is not None and not starting.done():
        starting.cancel()
    closing = serving if worker is None else [*serving, asyncio.create_task(_stop(worker, at_once))]
    results = await asyncio.gather(*closing, *([starting] if starting else []), return_exceptions=True)
    stopping.cancel()
    return _report(results) and stop.is_set()


async def _start(worker: BackgroundWorker, state: _WorkerState) -> None:
    await worker.start()
    freeze_started_process()
    state.started = True
    _log.info("worker_started")


async def _stop(worker: BackgroundWorker, at_once: asyncio.Event) -> None:
    hurrying = asyncio.create_task(at_once.wait(), name="stop_at_once")
    stopping = asyncio.create_task(worker.stop(), name="stop_worker")
    try:
        await asyncio.wait({stopping, hurrying}, timeout=worker.stop_seconds, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            raise TimeoutError("the worker was stopped before its runs had finished")
        await stopping
    finally:
        hurrying.cancel()
        stopping.cancel()
        await asyncio.gather(hurrying, stopping, return_exceptions=True)
    _log.info("worker_stopped")


def _report(results: Sequence[object]) -> bool:
    failed = [r for r in results if isinstance(r, Exception)]
    for error in failed:
        _log.error("part_failed", error=repr(error), exc_info=error)
    return not failed
