"""Reading a response's body with a limit on what arrives and on what it unpacks to."""

import zlib
from collections.abc import AsyncIterable
from typing import Any, Protocol

from content.clients.website.errors import WebsiteContentTypeError, WebsiteTooLargeError, WebsiteUnreachableError

ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_HEAD = 2


class _Unpacker(Protocol):
    def unpack(self, chunk: bytes, limit: int) -> bytes: ...


class _Plain:
    def unpack(self, chunk: bytes, limit: int) -> bytes:
        return chunk[:limit]


class _Zlib:
    """gzip, zlib, or bare deflate: the first two bytes tell.

    "deflate" is meant to be zlib's format (RFC 9110, 8.4.1.2), and some servers send it bare.
    """

    def __init__(self) -> None:
        self._head = b""
        self._inflate: Any = None  # zlib's type has no public name

    def unpack(self, chunk: bytes, limit: int) -> bytes:
        if self._inflate is None:
            self._head += chunk
            if len(self._head) < _HEAD:
                return b""
            chunk, self._head = self._head, b""
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB if _has_header(chunk) else -zlib.MAX_WBITS)
        unpacked: bytes = self._inflate.decompress(chunk, limit)
        return unpacked


def _has_header(start: bytes) -> bool:
    """Whether it starts like gzip (RFC 1952) or zlib (RFC 1950: method 8, and a check sum over two bytes)."""
    first, second = start[:_HEAD]
    return start.startswith(b"\x1f\x8b") or (first & 0x0F == zlib.DEFLATED and (first * 256 + second) % 31 == 0)


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
