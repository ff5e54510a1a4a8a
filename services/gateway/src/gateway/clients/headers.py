"""Which headers the gateway passes on, in both directions."""

from collections.abc import Iterable

from common.http import CLIENT_ADDRESS_HEADER
from common.tracing import traceparent

Headers = list[tuple[bytes, bytes]]

# RFC 9110, section 7.6.1
_HOP_BY_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te",
        b"trailer", b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip
# Headers that only the gateway may set. A trace begins at the gateway: a stranger could tie others' requests into it.
_FROM_GATEWAY_ONLY = frozenset(
    {
        CLIENT_ADDRESS_HEADER.lower().encode(), b"host", b"expect", b"x-request-id", b"forwarded", b"x-real-ip",
        b"traceparent", b"tracestate", b"baggage",
    }
)  # fmt: skip
_FORWARDED_PREFIX = b"x-forwarded-"
_NOT_FORWARDED = _HOP_BY_HOP | _FROM_GATEWAY_ONLY
_NOT_RETURNED = _HOP_BY_HOP | {b"x-request-id", b"date", b"server"}


def request_headers(headers: Headers, *, request_id: str, client_address: str | None) -> list[tuple[str, str]]:
    """Return the headers for the service."""
    sent = []
    named: frozenset[bytes] = frozenset()
    for name, value in headers:
        if name == b"connection":
            named |= _named(value)
        elif name not in _NOT_FORWARDED and not name.startswith(_FORWARDED_PREFIX):
            sent.append((name.decode("latin-1"), value.decode("latin-1")))
    if named:
        sent = [header for header in sent if header[0].encode("latin-1") not in named]
    sent.append(("X-Request-Id", request_id))
    if client_address is not None:
        sent.append((CLIENT_ADDRESS_HEADER, client_address))
    parent = traceparent()
    if parent is not None:
        sent.append(("traceparent", parent))
    return sent


def response_headers(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers for the client, with names in lower case."""
    returned = []
    named: frozenset[bytes] = frozenset()
    for spelled, value in headers:
        name = spelled.lower()
        if name == b"connection":
            named |= _named(value)
        elif name not in _NOT_RETURNED:
            returned.append((name, value))
    return [header for header in returned if header[0] not in named] if named else returned


def _named(connection: bytes) -> frozenset[bytes]:
    """Return the names that a Connection header lists: these headers are meant for the next hop alone."""
    if connection in {b"keep-alive", b"close"}:
        return frozenset()
    return frozenset(token.strip().lower() for token in connection.split(b","))
