"""Forwards requests at the ASGI level, below FastAPI's routing: measured, this doubles the throughput."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import aiohttp
import structlog
from common.http.payload import BodyTooLargeError
from common.tracing import traceparent
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.clients.errors import UpstreamTimeoutError, UpstreamUnavailableError

log = structlog.get_logger(__name__)

Headers = list[tuple[bytes, bytes]]

# Hop-by-hop headers (RFC 9110, section 7.6.1) and those that only the gateway may set.
_NOT_FORWARDED = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te",
        b"trailer", b"transfer-encoding", b"upgrade", b"host", b"expect", b"forwarded", b"x-request-id",
        b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-real-ip",
    }
)  # fmt: skip
_NOT_RETURNED = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"x-request-id", b"date", b"server"})
# Shorter than uvicorn's keep-alive (common.runtime.process): a service never closes a connection that is being reused.
_KEEP_ALIVE_SECONDS = 20


class ClientDisconnectedError(Exception):
    """The client disconnected before the response was complete."""


class Forwarder:
    """Streams requests to a service and the responses back."""

    def __init__(self, *, connect_seconds: float, silence_seconds: float, max_body_bytes: int) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=silence_seconds)
        self._max_body_bytes = max_body_bytes
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        """Return the shared client session. It is created on first use, inside the running event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                timeout=self._timeout,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session

    async def forward(self, base_url: str, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        """Forward the request to the service at ``base_url`` and stream its response to the client.

        Raises BodyTooLargeError, UpstreamUnavailableError or UpstreamTimeoutError. If the response has already
        started, the caller must abort the connection, so that the client does not take a partial response as complete.
        """
        headers = scope["headers"]
        length = self._declared_length(headers)
        body = None if length == 0 else self._body(receive)
        try:
            async with self.session().request(
                scope["method"],
                _target(base_url, scope),
                headers=_request_headers(headers, scope, request_id),
                data=body,
                allow_redirects=False,
            ) as upstream:
                await _respond(upstream, receive, send)
        except ClientDisconnectedError:
            log.info("client_disconnected", path=scope["path"])
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise UpstreamTimeoutError(
                "The service did not respond in time. Check whether the request took effect before you try again."
            ) from error
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, ClientDisconnectedError):
                log.info("client_disconnected", path=scope["path"])
                return
            if isinstance(error.__cause__, BodyTooLargeError):  # aiohttp wraps what the body raises
                raise error.__cause__ from None
            log.warning("upstream_unavailable", url=base_url, error=repr(error))
            raise UpstreamUnavailableError("Try again in a few seconds.") from error

    def _declared_length(self, headers: Iterable[tuple[bytes, bytes]]) -> int | None:
        """Return the length of the body in bytes: 0 without a body, None for a chunked one."""
        chunked = False
        for name, value in headers:
            if name == b"content-length":
                length = int(value)
                if length > self._max_body_bytes:
                    raise self._too_large()
                return length
            chunked = chunked or name == b"transfer-encoding"
        return None if chunked else 0

    async def _body(self, receive: Receive) -> AsyncIterator[bytes]:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnectedError
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self._max_body_bytes:
                raise self._too_large()
            if chunk:
                yield chunk
            if not message.get("more_body", False):
                return

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"The body may have at most {self._max_body_bytes} bytes.")


def _target(base_url: str, scope: Scope) -> URL:
    path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("ascii")
    return URL(f"{base_url}{path}?{query}" if query else f"{base_url}{path}", encoded=True)


def _request_headers(headers: Headers, scope: Scope, request_id: str) -> list[tuple[str, str]]:
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers if name not in _NOT_FORWARDED]
    client = scope.get("client")
    if client:
        sent.append(("X-Forwarded-For", client[0]))
    sent += [("X-Forwarded-Proto", scope["scheme"]), ("X-Request-Id", request_id)]
    parent = traceparent()
    if parent is not None:  # the service's span becomes a child of the gateway's span, not of the client's
        sent = [*(header for header in sent if header[0].lower() != "traceparent"), ("traceparent", parent)]
    return sent


async def _respond(upstream: aiohttp.ClientResponse, receive: Receive, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in upstream.raw_headers if name.lower() not in _NOT_RETURNED]
    await send({"type": "http.response.start", "status": upstream.status, "headers": headers})
    if upstream.content_length is not None:
        await _copy(upstream, send)
        return
    # An event stream ends when the client disconnects. The service must notice, so close its connection.
    copying = asyncio.ensure_future(_copy(upstream, send))
    disconnecting = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait((copying, disconnecting), return_when=asyncio.FIRST_COMPLETED)
        if not copying.done():
            raise ClientDisconnectedError
        copying.result()
    finally:
        for task in (copying, disconnecting):
            task.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError):
                await task


async def _copy(upstream: aiohttp.ClientResponse, send: Send) -> None:
    async for chunk in upstream.content.iter_any():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
