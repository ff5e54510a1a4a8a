"""Reads the body of a request before a connection to the service is used, if it is small."""

from collections.abc import AsyncIterator, Iterable

from common.http.payload import BodyTooLargeError
from starlette.types import Receive

SMALL_BODY_BYTES = 64 * 1024
"""A body of up to this size is read in full first: a slow client then holds no connection to a service."""


class ClientDisconnectedError(Exception):
    """The client disconnected before the exchange was complete."""


class RequestBody:
    def __init__(self, receive: Receive, *, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0
        self._complete = False

    async def open(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes | AsyncIterator[bytes] | None:
        """Return a small body, an iterator over a large one, or None without a body.

        Raises BodyTooLargeError and ClientDisconnectedError, as the iterator does.
        """
        if self._declared_length(headers) == 0:
            return None
        first = bytearray()
        while not self._complete and len(first) <= SMALL_BODY_BYTES:
            first += await self._next()
        return bytes(first) if self._complete else self._rest(bytes(first))

    def _declared_length(self, headers: Iterable[tuple[bytes, bytes]]) -> int | None:
        """Return the length of the body in bytes: 0 without a body, None for a chunked one."""
        chunked = False
        for name, value in headers:
            if name == b"content-length":
                length = int(value)
                if length > self._limit:
                    raise self._too_large()
                return length
            chunked = chunked or name == b"transfer-encoding"
        return None if chunked else 0

    async def _rest(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        while not self._complete:
            chunk = await self._next()
            if chunk:
                yield chunk

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk: bytes = message.get("body", b"")
        self._size += len(chunk)
        if self._size > self._limit:
            raise self._too_large()
        self._complete = not message.get("more_body", False)
        return chunk

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"The body may have at most {self._limit} bytes.")
