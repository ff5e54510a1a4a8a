"""Forwarding at the level of ASGI, below FastAPI's routing: measured, that keeps twice the throughput."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import aiohttp
import structlog
from common.tracing import traceparent
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.errors import BodyTooLargeError, UpstreamTimeoutError, UpstreamUnavailableError

log = structlog.get_logger(__name__)

Headers = list[tuple[bytes, bytes]]

# RFC 9110, section 7.6.1, and what only we may say to a service.
_NOT_FORWARDED = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te",
        b"trailer", b"transfer-encoding", b"upgrade", b"host", b"expect", b"forwarded", b"x-request-id",
        b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-real-ip",
    }
)  # fmt: skip
_NOT_RETURNED = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"x-request-id", b"date", b"server"})
# Below uvicorn's keep-alive (common.runtime.process), so that no idle connection is closed under a request.
_KEEP_ALIVE_SECONDS = 20


class ClientLeftError(Exception):
    """The client went away; nobody waits for the answer."""


class Forwarder:
    """Sends a request on as it came and its answer back as it comes, both streaming."""

    def __init__(self, *, connect_seconds: float, silence_seconds: float, max_body_bytes: int) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=silence_seconds)
        self._max_body_bytes = max_body_bytes
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def session(self) -> aiohttp.ClientSession:
        """Return the one client session, made inside the event loop that uses it."""
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
        """Answer the request with what the service at ``base_url`` answers.

        Raises BodyTooLargeError, UpstreamUnavailableError or UpstreamTimeoutError while nothing has been answered yet;
        later a failure breaks the connection, so that half an answer is never taken for a whole one.
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
                await _answer(upstream, receive, send)
        except ClientLeftError:
            log.info("client_left", path=scope["path"])
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise UpstreamTimeoutError(
                "It did not answer in time. Look whether it happened, then try again."
            ) from error
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, ClientLeftError):
                log.info("client_left", path=scope["path"])
                return
            if isinstance(error.__cause__, BodyTooLargeError):  # aiohttp wraps what the body raises
                raise error.__cause__ from None
            log.warning("upstream_unavailable", url=base_url, error=repr(error))
            raise UpstreamUnavailableError("Try again in a moment.") from error

    def _declared_length(self, headers: Iterable[tuple[bytes, bytes]]) -> int | None:
        """Return the body's length in bytes: 0 for none, None when it is sent in chunks."""
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
                raise ClientLeftError
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self._max_body_bytes:
                raise self._too_large()
            if chunk:
                yield chunk
            if not message.get("more_body", False):
                return

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"Send at most {self._max_body_bytes} bytes.")


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
    if parent is not None:  # the service's span is a child of this one, not of the client's
        sent = [*(header for header in sent if header[0].lower() != "traceparent"), ("traceparent", parent)]
    return sent


async def _answer(upstream: aiohttp.ClientResponse, receive: Receive, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in upstream.raw_headers if name.lower() not in _NOT_RETURNED]
    await send({"type": "http.response.start", "status": upstream.status, "headers": headers})
    if upstream.content_length is not None:
        await _copy(upstream, send)
        return
    # An open stream ends when its reader leaves: the service must hear of it and stop.
    copying = asyncio.ensure_future(_copy(upstream, send))
    leaving = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait((copying, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not copying.done():
            raise ClientLeftError
        copying.result()
    finally:
        for task in (copying, leaving):
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
