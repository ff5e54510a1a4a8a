"""The HTTP server of a process: uvicorn with bounded connections."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
import uvicorn

from common.runtime.connections import BoundedConfig, ConnectionGuard, ConnectionLimits
from common.runtime.stopping import IDLE_SECONDS, REQUEST_SECONDS

__all__ = ["KEEP_ALIVE_SECONDS", "HttpServer", "listen", "raise_file_limit"]

KEEP_ALIVE_SECONDS = 30

_BACKLOG = 2048
_TICK_SECONDS = 0.1
_TICKS_PER_SWEEP = 2  # uvicorn ticks every 0.1 s
# What the system may hold of a response for one client that does not read: it would let the buffer grow to megabytes.
_SEND_BUFFER_BYTES = 64 * 1024
# Besides its clients, a process has connections to services, to the database and to the broker.
_FILES_PER_CONNECTION = 2
_OTHER_FILES = 256
_log = structlog.get_logger(__name__)


class HttpServer(uvicorn.Server):
    """Serves one application on sockets that listen already."""

    config: BoundedConfig

    def __init__(
        self,
        app: Any,
        limits: ConnectionLimits | None = None,
        *,
        is_proxy: Callable[[str], bool] = lambda _address: False,
        idle_seconds: float = IDLE_SECONDS,
        drain_seconds: int = REQUEST_SECONDS,
    ) -> None:
        config = BoundedConfig(
            app,
            guard=ConnectionGuard(limits or ConnectionLimits(), is_proxy),
            port=0,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=drain_seconds,
        )
        super().__init__(config)
        self._idle_seconds = idle_seconds

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process handles signals: uvicorn would re-raise them before the worker has stopped.
        yield

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SWEEP == 0:
            self.config.guard.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let clients leave before connections are closed.

        uvicorn closes idle connections at once, and loses a request that a client has just sent on one of them. Here
        each response says that the connection closes, and a connection is closed when it was idle for longer than a
        client of ours keeps one. New connections are accepted meanwhile.
        """
        guard = self.config.guard
        guard.drain()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._idle_seconds + _TICK_SECONDS
        while guard.close_idle(self._idle_seconds) and loop.time() < deadline and not self.force_exit:  # noqa: ASYNC110 - only time passes
            await asyncio.sleep(_TICK_SECONDS)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises SystemExit(1) if the address can't be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with an explicit protocol, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # accepted connections inherit it
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    try:
        listener.bind((host, port))
        # From now on a client that connects waits for the start instead of being refused.
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        _log.error("cannot_listen", host=host, port=port, reason=error.strerror)
        raise SystemExit(1) from None
    return listener


def raise_file_limit(connections: int) -> None:
    """Let the process open as many files as its connections need, as far as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections * _FILES_PER_CONNECTION + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < wanted:
            _log.warning("few_open_files", allowed=allowed, needed=wanted)
