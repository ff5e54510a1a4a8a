"""Forwards requests at the ASGI level, below FastAPI's routing: measured, this doubles the throughput."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp
import structlog
from common.http.payload import BodyTooLargeError
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.clients.errors import UpstreamTimeoutError, UpstreamUnavailableError
from gateway.clients.headers import request_headers, response_headers
from gateway.clients.request_body import ClientDisconnectedError, RequestBody

log = structlog.get_logger(__name__)

End = Callable[[], Awaitable[None]]
"""Returns when a stream must end, although the service has more to send."""

# Shorter than uvicorn's keep-alive (common.runtime.process): a service never closes a connection that is being reused.
_KEEP_ALIVE_SECONDS = 20
# What a client that does not read may hold of a response here. asyncio and aiohttp would keep up to a megabyte.
_READ_BYTES = 32 * 1024
_EVENT_STREAM = "text/event-stream"


class StreamEndedError(Exception):
    """A response was cut because its session has ended. Raised to break the connection."""


class Forwarder:
    """Streams requests to a service and the responses back."""

    def __init__(self, *, connect_seconds: float, silence_seconds: float, max_body_bytes: int) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=silence_seconds)
        self._max_body_bytes = max_body_bytes
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def check(self, base_url: str) -> None:
        """Raise unless the service at ``base_url`` is alive."""
        async with self.session().get(f"{base_url}/livez") as response:
            response.raise_for_status()

    def session(self) -> aiohttp.ClientSession:
        """Return the shared client session. It is created on first use, inside the running event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS, socket_factory=_small_socket
                ),
                timeout=self._timeout,
                read_bufsize=_READ_BYTES,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session

    async def forward(
        self,
        base_url: str,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        request_id: str,
        client_address: str | None = None,
        end: End | None = None,
    ) -> None:
        """Forward the request to the service at ``base_url`` and stream its response to the client.

        A response of unknown length, such as an event stream, ends when ``end`` returns. Raises BodyTooLargeError,
        UpstreamUnavailableError or UpstreamTimeoutError. If the response has already started, the caller must abort the
        connection, so that the client does not take a partial response as complete.
        """
        headers = request_headers(scope["headers"], request_id=request_id, client_address=client_address)
        try:
            body = await RequestBody(receive, limit=self._max_body_bytes).open(scope["headers"])
            async with self.session().request(
                scope["method"], _target(base_url, scope), headers=headers, data=body, allow_redirects=False
            ) as upstream:
                await _respond(upstream, receive, send, end)
        except ClientDisconnectedError:
            log.info("client_disconnected", service=base_url)
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise UpstreamTimeoutError(
                "The service did not respond in time. Check whether the request took effect before you try again."
            ) from error
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, ClientDisconnectedError):
                log.info("client_disconnected", service=base_url)
                return
            if isinstance(error.__cause__, BodyTooLargeError):  # aiohttp wraps what the body raises
                raise error.__cause__ from None
            log.warning("upstream_unavailable", url=base_url, error=repr(error))
            raise UpstreamUnavailableError("Try again in a few seconds.") from error


def _small_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, *_ = address
    created = socket.socket(family, kind, protocol)
    created.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _READ_BYTES)
    return created


def _target(base_url: str, scope: Scope) -> URL:
    path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("ascii")
    return URL(f"{base_url}{path}?{query}" if query else f"{base_url}{path}", encoded=True)


async def _respond(upstream: aiohttp.ClientResponse, receive: Receive, send: Send, end: End | None) -> None:
    headers = response_headers(upstream.raw_headers)
    await send({"type": "http.response.start", "status": upstream.status, "headers": headers})
    if upstream.content_length is not None:
        await _copy(upstream, send)
        return
    # An event stream ends when the client disconnects or its session ends. The service must notice: close its
    # connection.
    copying = asyncio.ensure_future(_copy(upstream, send))
    others = [asyncio.ensure_future(_disconnected(receive))]
    if end is not None:
        others.append(asyncio.ensure_future(_ended(end)))
    try:
        await asyncio.wait((copying, *others), return_when=asyncio.FIRST_COMPLETED)
        if copying.done():
            copying.result()
            return
        await _cancelled(copying)
        if others[0].done():
            raise ClientDisconnectedError
        if upstream.content_type != _EVENT_STREAM:
            raise StreamEndedError
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await _cancelled(copying, *others)


async def _copy(upstream: aiohttp.ClientResponse, send: Send) -> None:
    async for chunk in upstream.content.iter_any():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


async def _ended(end: End) -> None:
    await end()


async def _cancelled(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, aiohttp.ClientError):
            await task
