"""Bounds on HTTP connections: how many there may be, how slow a client may be, how long a head may be.

uvicorn waits for the rest of a request, and for a client that does not read, as long as the client likes. The rules
are checked five times a second for every connection and not by a timer for each request, so a request that arrives in
one piece costs a few assignments.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from prometheus_client import Counter as Metric
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from common.errors import AppError
from common.http.client_address import network_of
from common.http.declared_errors import MEDIA_TYPE, problem_type
from common.http.payload import RequestTimeoutError
from common.ids import new_id

__all__ = ["BoundedConfig", "BoundedProtocol", "ConnectionGuard", "ConnectionLimits"]

_MAX_HEAD_BYTES = 64 * 1024
# After an answer to an incomplete request, what the client still sends is discarded for this long. Closing at once
# would reset the connection, and the client might not see the answer.
_LINGER_SECONDS = 1.0
_LATE_SECONDS = 1.0
_NO_LINGER = struct.pack("ii", 1, 0)
# Ending a connection takes up to a millisecond with what its request has to clean up; others are served in between.
_ENDED_AT_ONCE = 4
_SECONDS_BETWEEN_ENDS = 0.005
_closed = Metric("http_connections_closed", "Connections that were refused or cut, by reason.", ["reason"])
_log = structlog.get_logger(__name__)


class HeadTooLargeError(AppError):
    code = "headers_too_large"
    status = 431
    title = "Request headers too large"


class TooManyConnectionsError(AppError):
    code = "too_many_connections"
    status = 503
    title = "Too many connections"
    headers = {"Retry-After": "5"}  # noqa: RUF012 - declared ClassVar by the base


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    head_seconds: float = 10.0
    """How long the head of a request may take, from its first byte or from the start of the connection."""
    body_window_seconds: float = 10.0
    body_bytes_per_second: int = 1024
    """The least that a client must send of a body, on average over each window."""
    response_stall_seconds: float = 60.0
    """How long a client may take none of a response that waits for it. An event stream with nothing to send is fine."""
    connections: int = 4096
    connections_per_client: int | None = None
    """Per IPv4 address or IPv6 /64; None for no bound."""


class ConnectionGuard:
    """The connections of one server: counts them and ends those that break the limits."""

    def __init__(self, limits: ConnectionLimits, is_proxy: Callable[[str], bool] = lambda _address: False) -> None:
        """Take a function that says whether an address is a trusted proxy's, which has the connections of many."""
        self.limits = limits
        self._is_proxy = is_proxy
        self._all: dict[BoundedProtocol, str | None] = {}
        self._by_client: dict[str, dict[BoundedProtocol, None]] = {}
        self._last_sweep: float | None = None
        self._is_sweeping = False

    def admit(self, connection: "BoundedProtocol", address: str | None) -> str | None:
        """Add a connection; return the reason if it must be refused.

        At a limit, a connection whose client keeps us waiting makes room: a slow client has no advantage over one that
        sends its request at once.
        """
        key = self._key(address)
        most = self.limits.connections_per_client
        own = {} if key is None else self._by_client.get(key, {})
        if most is not None and len(own) >= most and not _make_room(own):
            return "too_many_of_client"
        if len(self._all) >= self.limits.connections and not _make_room(self._all):
            return "too_many"
        self._all[connection] = key
        if key is not None:
            self._by_client.setdefault(key, {})[connection] = None
        return None

    def release(self, connection: "BoundedProtocol") -> None:
        key = self._all.pop(connection, None)
        own = None if key is None else self._by_client.get(key)
        if key is not None and own is not None:
            own.pop(connection, None)
            if not own:
                del self._by_client[key]

    def sweep(self) -> None:
        """Enforce the deadlines. After a pause of the event loop the clients get time: their data is still unread.

        Many connections that are due at once are ended a few at a time.
        """
        now = asyncio.get_running_loop().time()
        late = self._last_sweep is not None and now - self._last_sweep > _LATE_SECONDS
        self._last_sweep = now
        if not late and not self._is_sweeping:
            self._is_sweeping = True
            self._enforce(iter(list(self._all)))

    def _enforce(self, connections: Iterator["BoundedProtocol"]) -> None:
        loop = asyncio.get_running_loop()
        now, ended = loop.time(), 0
        for connection in connections:
            ended += connection in self._all and connection.enforce(now)
            if ended == _ENDED_AT_ONCE:
                loop.call_later(_SECONDS_BETWEEN_ENDS, self._enforce, connections)
                return
        self._is_sweeping = False

    def _key(self, address: str | None) -> str | None:
        if address is None or self.limits.connections_per_client is None or self._is_proxy(address):
            return None
        return network_of(address)


def _make_room(connections: Iterable["BoundedProtocol"]) -> bool:
    """End the oldest connection that waits for its client; return whether there was one.

    Connections that have had a response go last: their clients have shown that they send requests.
    """
    known = None
    for connection in connections:
        if connection.waits_for_client:
            if not connection.has_had_response:
                connection.give_way()
                return True
            known = known or connection
    if known is not None:
        known.give_way()
    return known is not None


class BoundedConfig(uvicorn.Config):
    """uvicorn's configuration with the guard of the connections."""

    def __init__(self, app: Any, *, guard: ConnectionGuard, **options: Any) -> None:
        super().__init__(app, http=BoundedProtocol, **options)
        self.guard = guard


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol under the rules of a ConnectionGuard."""

    def __init__(
        self,
        config: BoundedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._guard = config.guard
        self._limits = config.guard.limits
        self._head_since: float | None = None
        """Since when the head of a request is awaited; None between requests and once it is complete."""
        self._body_since: float | None = None
        self._body_bytes = 0
        self._unparsed_bytes = 0
        """Bytes since the last progress of the parser: a head, or trailers, without an end."""
        self._has_begun = False
        self.has_had_response = False
        self._unsent: tuple[float, int] | None = None
        self._is_ending = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type] # uvicorn narrows the type
        self._head_since = self.loop.time()
        reason = self._guard.admit(self, self.client[0] if self.client else None)
        if reason is not None:
            _closed.labels(reason).inc()
            self._stop()
            self.transport.write(_answer(TooManyConnectionsError("Close other connections, or try again shortly.")))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._guard.release(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_ending:
            return
        if self._head_since is None and self._body_since is None:
            self._head_since = self.loop.time()
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self._unparsed_bytes > _MAX_HEAD_BYTES:
            self._end("head_too_large", HeadTooLargeError(f"Send at most {_MAX_HEAD_BYTES} bytes of headers."))

    def on_message_begin(self) -> None:
        if self._head_since is None:  # a pipelined request, whose first byte came with the end of the one before
            self._head_since = self.loop.time()
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_since = None
        self._has_begun = False
        self._body_since = self.loop.time()
        self._body_bytes = self._unparsed_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._unparsed_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_since = None
        self._unparsed_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.has_had_response = True
        if self._head_since is not None:  # a pipelined head could not be completed before
            self._head_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._unsent = (self.loop.time(), self.transport.get_write_buffer_size())
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unsent = None
        super().resume_writing()

    @property
    def waits_for_client(self) -> bool:
        """Whether nothing happens on the connection until its client sends or reads something."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        is_sending = self._body_since is not None and not self.flow.read_paused and not self.cycle.response_started
        return is_sending or self._unsent is not None

    def give_way(self) -> None:
        """End the connection in favour of another one."""
        self._end("made_room", None)
        if not self._is_ending:  # it was being closed already, after its response
            self._stop()
        if self._unsent is not None:
            self._reset()

    def enforce(self, now: float) -> bool:
        """End the connection if its client is too slow; return whether it was."""
        if not self._is_ending:
            self._check_head(now)
        if not self._is_ending:
            self._check_body(now)
        return self._check_response(now) or self._is_ending

    def _check_head(self, now: float) -> None:
        is_idle = self.cycle is None or self.cycle.response_complete
        seconds = self._limits.head_seconds
        if self._head_since is None or not is_idle or now - self._head_since <= seconds:
            return
        if self._has_begun or self._unparsed_bytes:
            self._end("slow_head", RequestTimeoutError(f"Send the headers of a request within {seconds:g} seconds."))
        else:  # a connection that a browser opened in advance: it expects no answer
            self._end("unused", None)

    def _check_body(self, now: float) -> None:
        if self._body_since is None:
            return
        window, rate = self._limits.body_window_seconds, self._limits.body_bytes_per_second
        if self.flow.read_paused or (self.cycle is not None and self.cycle.waiting_for_100_continue):
            self._body_since, self._body_bytes = now, 0  # the client waits for us
        elif now - self._body_since > window:
            if self._body_bytes < window * rate:
                self._end("slow_body", RequestTimeoutError(f"Send the body with at least {rate} bytes per second."))
            else:
                self._body_since, self._body_bytes = now, 0

    def _check_response(self, now: float) -> bool:
        waiting = self.transport.get_write_buffer_size()
        if not waiting:
            self._unsent = None
        elif self._unsent is None or waiting < self._unsent[1]:
            self._unsent = (now, waiting)
        elif now - self._unsent[0] > self._limits.response_stall_seconds:
            _closed.labels("slow_reader").inc()
            self._reset()
            return True
        return False

    def _reset(self) -> None:
        """Drop the connection with all that is unsent. After a mere close, the system would offer it for minutes."""
        if not self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.transport.abort()

    def _end(self, reason: str, error: AppError | None) -> None:
        """Answer with an error if that is still possible, tell the application that the client is gone, and close."""
        _closed.labels(reason).inc()
        _log.debug("connection_ended", reason=reason)
        if self.transport.is_closing():
            return
        can_answer = self._can_answer()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._stop()
        if error is None or not can_answer:
            self.transport.close()
            return
        self.transport.write(_answer(error))
        self.transport.write_eof()

    def _stop(self) -> None:
        """Read nothing more, and close for certain, even if the client takes nothing of what is written now."""
        self._is_ending = True
        self._guard.release(self)
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _can_answer(self) -> bool:
        """Return whether the next answer on this connection belongs to the request that is incomplete."""
        if self.pipeline:
            return False
        if self._body_since is not None:
            return not self.cycle.response_started
        return self.cycle is None or self.cycle.response_complete


def _answer(error: AppError) -> bytes:
    request_id = str(new_id())
    problem = {
        "type": problem_type(error.code),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    body = json.dumps(problem).encode()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id,
        "Connection": "close",
        **error.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[error.status] + lines.encode("latin-1") + b"\r\n" + body
