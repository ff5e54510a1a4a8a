"""Read a response's body with a limit on its compressed and its decompressed size."""

import zlib
from collections.abc import AsyncIterable
from typing import Any, Protocol

from content.clients.website.errors import WebsiteContentTypeError, WebsiteTooLargeError, WebsiteUnreachableError

ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_HEAD = 2


class _Decompressor(Protocol):
    def decompress(self, chunk: bytes, limit: int) -> bytes: ...


class _Plain:
    def decompress(self, chunk: bytes, limit: int) -> bytes:
        return chunk[:limit]


class _Zlib:
    """gzip, zlib or raw deflate, told apart by the first two bytes.

    "deflate" means the zlib format (RFC 9110, 8.4.1.2), but some servers send raw deflate.
    """

    def __init__(self) -> None:
        self._head = b""
        self._inflate: Any = None  # zlib's type has no public name

    def decompress(self, chunk: bytes, limit: int) -> bytes:
        if self._inflate is None:
            self._head += chunk
            if len(self._head) < _HEAD:
                return b""
            chunk, self._head = self._head, b""
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB if _has_header(chunk) else -zlib.MAX_WBITS)
        decompressed: bytes = self._inflate.decompress(chunk, limit)
        return decompressed


def _has_header(start: bytes) -> bool:
    """Return whether it starts with a gzip (RFC 1952) or zlib header (RFC 1950: method 8, two-byte checksum)."""
    first, second = start[:_HEAD]
    return start.startswith(b"\x1f\x8b") or (first & 0x0F == zlib.DEFLATED and (first * 256 + second) % 31 == 0)


def _decompressor(host: str, encoding: str) -> _Decompressor:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip" | "deflate":
            return _Zlib()
        case other:
            raise WebsiteContentTypeError(host, f"an unsupported compression ({other[:40]!r})")


async def read_limited(
    host: str, chunks: AsyncIterable[bytes], *, encoding: str, declared_length: str, max_bytes: int
) -> bytes:
    """Return a decompressed body; `max_bytes` bounds both the compressed and the decompressed size.

    Raises:
        WebsiteTooLargeError: more than `max_bytes`; no more than that is held in memory.
        WebsiteContentTypeError: compressed in a way that was not requested.
        WebsiteUnreachableError: the compressed data is broken.

    """
    decompressor = _decompressor(host, encoding)
    if declared_length.isdecimal() and int(declared_length[:20]) > max_bytes:
        raise WebsiteTooLargeError(host, max_bytes)
    received = 0
    body = bytearray()
    async for chunk in chunks:
        received += len(chunk)
        try:
            body += decompressor.decompress(chunk, max_bytes - len(body) + 1)
        except zlib.error as error:
            raise WebsiteUnreachableError(host, "its compressed response is broken") from error
        if received > max_bytes or len(body) > max_bytes:
            raise WebsiteTooLargeError(host, max_bytes)
    return bytes(body)
