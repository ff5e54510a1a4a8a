"""Response heads as browsers read them.

h11 refuses a response with one line that is not as RFC 9112 wants it: a space before a colon, a line without a colon,
`HTTP/1.1  200 OK`. Such servers exist, and browsers show their pages. So a head is put right before h11 reads it, and
its connection is not used again. What decides where the body ends stays strict: one length, or chunks.
"""

import re
import ssl
from typing import Any

import httpcore2

MAX_HEAD = 100 * 1024
"""Bytes. As httpcore2's own limit."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_STATUS_LINE = re.compile(rb"(?:HTTP/?\s*(\d(?:\.\d)?)?|ICY)\s+([1-5]\d\d)(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_FRAMING = (b"content-length", b"transfer-encoding", b"connection")


class LenientStream(httpcore2.AsyncNetworkStream):
    """A connection whose response heads are valid, if they can be understood at all."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._ready = b""
        self._expects_head = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore2's
        if self._expects_head:
            self._ready = await self._read_head(timeout)
            self._expects_head = False
        if self._ready:
            data, self._ready = self._ready[:max_bytes], self._ready[max_bytes:]
            return data
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore2's
        self._ready, self._expects_head = b"", True
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
    ) -> httpcore2.AsyncNetworkStream:
        return LenientStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    async def _read_head(self, timeout: float | None) -> bytes:  # noqa: ASYNC109 - httpcore2's
        """Return the head, put right, and what has arrived of the body. Interim responses (1xx) are left out."""
        received = bytearray()
        while len(received) <= MAX_HEAD:
            start = len(received) - len(received.lstrip(b"\r\n"))
            end = _HEAD_END.search(received, start)
            if end is None:
                data = await self._stream.read(16_384, timeout)
                if not data:
                    break
                received += data
                continue
            head, rest = bytes(received[start : end.start()]), received[end.end() :]
            status = _STATUS_LINE.match(head)
            if status is None or not status.group(2).startswith(b"1"):
                return normalized_head(head) + bytes(rest)
            received = rest
        return bytes(received)


def normalized_head(head: bytes) -> bytes:
    """Return a head, given without its empty line, as h11 reads it; unchanged if it is not HTTP at all."""
    first, *lines = _LINE_END.split(head)
    status = _STATUS_LINE.fullmatch(first)
    if status is None:
        return head + b"\r\n\r\n"
    version, code, reason = status.groups()
    fields = _fields(lines)
    written = [b"HTTP/%s %s %s" % (b"1.0" if version == b"1.0" else b"1.1", code, _CONTROL.sub(b" ", reason or b""))]
    written += [name + b": " + value for name, value in fields if name.lower() not in _FRAMING]
    written += _framing(fields)
    normalized = b"\r\n".join(written)
    if sorted(normalized.split(b"\r\n")) != sorted(head.split(b"\r\n")):
        normalized += b"\r\nConnection: close"
    return normalized + b"\r\n\r\n"


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Return names and values; lines that are neither are left out."""
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):  # continues the line before (RFC 9112, 5.2)
            if fields:
                fields[-1] = fields[-1][0], fields[-1][1] + b" " + _CONTROL.sub(b" ", line).strip()
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and _NAME.fullmatch(name):
            fields.append((name, _CONTROL.sub(b" ", value).strip()))
    return fields


def _framing(fields: list[tuple[bytes, bytes]]) -> list[bytes]:
    """Return the lines that say where the body ends. Contradicting lengths stay, so that h11 refuses them."""

    def named(wanted: bytes) -> list[bytes]:
        return [value for name, value in fields if name.lower() == wanted]

    kept = [b"Connection: " + value for value in named(b"connection")]
    codings = {coding.strip().lower() for value in named(b"transfer-encoding") for coding in value.split(b",")}
    if b"chunked" in codings:
        return [*kept, b"Transfer-Encoding: chunked"]
    lengths = {length.strip() for value in named(b"content-length") for length in value.split(b",")}
    return [*kept, *(b"Content-Length: " + length for length in sorted(lengths) if length.isdigit())]
