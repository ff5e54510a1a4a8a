"""Read a response's body with a limit on its compressed and its decompressed size."""

import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Any, Protocol

import httpcore2

from content.clients.website.errors import WebsiteContentTypeError, WebsiteTooLargeError, WebsiteUnreachableError

ACCEPTED_ENCODINGS = "gzip, deflate"

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_HEAD = 2
_MAX_CODINGS = 2
# Real codings that were not requested. Any other name on a response is a mistake, and browsers ignore it.
_UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm"})


@dataclass(frozen=True, slots=True)
class Body:
    content: bytes
    complete: bool
    """False: the transfer broke off, or the rest was not read because of its size."""


class _Decompressor(Protocol):
    def decompress(self, chunk: bytes, limit: int) -> bytes: ...


class _Zlib:
    """gzip, zlib or raw deflate, told apart by the first two bytes.

    "deflate" means the zlib format (RFC 9110, 8.4.1.2), but some servers send raw deflate. What is called gzip and
    does not begin like it was never compressed.
    """

    def __init__(self, *, may_be_raw: bool) -> None:
        self._may_be_raw = may_be_raw
        self._head = b""
        self._inflate: Any = None  # zlib's type has no public name
        self._is_plain = False

    def decompress(self, chunk: bytes, limit: int) -> bytes:
        if self._is_plain:
            return chunk[:limit]
        if self._inflate is None:
            self._head += chunk
            if len(self._head) < _HEAD:
                return b""
            chunk, self._head = self._head, b""
            compressed = _has_header(chunk)
            if not compressed and not self._may_be_raw:
                self._is_plain = True
                return chunk[:limit]
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB if compressed else -zlib.MAX_WBITS)
        decompressed: bytes = self._inflate.decompress(chunk, limit)
        return decompressed


def _has_header(start: bytes) -> bool:
    """Return whether it starts with a gzip (RFC 1952) or zlib header (RFC 1950: method 8, two-byte checksum)."""
    first, second = start[:_HEAD]
    return start.startswith(b"\x1f\x8b") or (first & 0x0F == zlib.DEFLATED and (first * 256 + second) % 31 == 0)


def _decompressors(host: str, encoding: str) -> list[_Decompressor]:
    """Return what undoes the codings, the last applied first."""
    codings = [coding.strip().lower() for coding in encoding.split(",")]
    unsupported = next((coding for coding in codings if coding in _UNSUPPORTED), None)
    if unsupported is not None:
        raise WebsiteContentTypeError(host, f"an unsupported compression ({unsupported!r})")
    known = [coding for coding in codings if coding in ("gzip", "x-gzip", "deflate")]
    if len(known) > _MAX_CODINGS:
        raise WebsiteContentTypeError(host, f"a file that is compressed {len(known)} times")
    return [_Zlib(may_be_raw=coding == "deflate") for coding in reversed(known)]


async def read_limited(
    host: str,
    chunks: AsyncIterable[bytes],
    *,
    encoding: str,
    declared_length: str,
    max_bytes: int,
    partial: bool = False,
) -> Body:
    """Return a decompressed body; `max_bytes` bounds both the compressed and the decompressed size.

    With `partial`, a body that is too large or breaks off is returned as far as it was read.

    Raises:
        WebsiteTooLargeError: more than `max_bytes`; no more than that is held in memory.
        WebsiteContentTypeError: compressed in a way that was not requested.
        WebsiteUnreachableError: the compressed data is broken, or the transfer broke off.

    """
    decompressors = _decompressors(host, encoding)
    if not partial and declared_length.isdecimal() and int(declared_length[:20]) > max_bytes:
        raise WebsiteTooLargeError(host, max_bytes)
    received = 0
    body = bytearray()
    try:
        async for chunk in chunks:
            received += len(chunk)
            data = chunk
            for decompressor in decompressors:
                data = decompressor.decompress(data, max_bytes - len(body) + 1)
            body += data[: max_bytes - len(body) + 1]
            if received > max_bytes or len(body) > max_bytes:
                if partial and body:
                    return Body(bytes(body[:max_bytes]), complete=False)
                raise WebsiteTooLargeError(host, max_bytes)
    except zlib.error as error:
        if partial and body:
            return Body(bytes(body), complete=False)
        raise WebsiteUnreachableError(host, "its compressed response is broken") from error
    except (httpcore2.ProtocolError, httpcore2.ReadError) as error:
        if partial and body:
            return Body(bytes(body), complete=False)
        raise WebsiteUnreachableError(host, "it closed the connection before its response was complete") from error
    return Body(bytes(body), complete=True)
