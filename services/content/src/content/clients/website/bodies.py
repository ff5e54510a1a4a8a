"""Reading a response's body with a limit on what arrives and on what it unpacks to."""

import zlib
from collections.abc import AsyncIterable
from typing import Protocol

from content.clients.website.errors import WebsiteContentTypeError, WebsiteTooLargeError, WebsiteUnreachableError

ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class _Unpacker(Protocol):
    def unpack(self, chunk: bytes, limit: int) -> bytes: ...


class _Plain:
    def unpack(self, chunk: bytes, limit: int) -> bytes:
        return chunk[:limit]


class _Zlib:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._started = False

    def unpack(self, chunk: bytes, limit: int) -> bytes:
        try:
            unpacked = self._inflate.decompress(chunk, limit)
        except zlib.error:
            if self._started:
                raise
            # "deflate" is meant to be zlib's format (RFC 9110, 8.4.1.2), and some servers send it bare.
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            unpacked = self._inflate.decompress(chunk, limit)
        self._started = True
        return unpacked


def _unpacker(host: str, encoding: str) -> _Unpacker:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip" | "deflate":
            return _Zlib()
        case other:
            raise WebsiteContentTypeError(host, f"the compression {other[:40]!r}, which was not asked for")


async def read_limited(
    host: str, chunks: AsyncIterable[bytes], *, encoding: str, declared_length: str, max_bytes: int
) -> bytes:
    """Collect a body, unpacked; `max_bytes` bounds both the packed and the unpacked size.

    Raises:
        WebsiteTooLargeError: more than `max_bytes`, found before more than that is held in memory.
        WebsiteContentTypeError: packed in a way that was not asked for.
        WebsiteUnreachableError: the packed data is broken.

    """
    unpacker = _unpacker(host, encoding)
    if declared_length.isdecimal() and int(declared_length[:20]) > max_bytes:
        raise WebsiteTooLargeError(host, max_bytes)
    received = 0
    body = bytearray()
    async for chunk in chunks:
        received += len(chunk)
        try:
            body += unpacker.unpack(chunk, max_bytes - len(body) + 1)
        except zlib.error as error:
            raise WebsiteUnreachableError(host, "its compressed answer is broken") from error
        if received > max_bytes or len(body) > max_bytes:
            raise WebsiteTooLargeError(host, max_bytes)
    return bytes(body)
