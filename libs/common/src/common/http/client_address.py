"""The address of the client: the gateway finds it out, the services read it from one header.

A proxy in front of the gateway names its peer in ``Forwarded`` (RFC 7239) or ``X-Forwarded-For``. Anyone can send these
headers, so only the entries that trusted proxies have added are believed: reading from the right, the first address
that is not a trusted proxy's is the client.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from starlette.requests import Request

__all__ = ["CLIENT_ADDRESS_HEADER", "AddressHeader", "ClientAddresses", "Network", "client_address", "network_of"]

CLIENT_ADDRESS_HEADER = "X-Client-Address"
"""Set by the gateway, which removes what a client sends under this name."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
AddressHeader = Literal["any", "forwarded", "x-forwarded-for"]
_IPV6_PREFIX = 64

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's name for it
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_PAIR = rf"{_TOKEN}=(?:{_TOKEN}|{_QUOTED})"
_ELEMENT = re.compile(rf"[ \t]*{_PAIR}(?:[ \t]*;[ \t]*{_PAIR})*[ \t]*")
_PARAMETER = re.compile(rf"({_TOKEN})=({_TOKEN}|{_QUOTED})")
_PORT = re.compile(r"(?:[0-9]{1,5}|_[A-Za-z0-9._-]+)")


def client_address(request: Request) -> str | None:
    """Return the client's address for a service behind the gateway: an IP address, or None if it is unknown.

    A request that does not come from the gateway, from inside the network, can name any address.
    """
    named = _parsed(request.headers.get(CLIENT_ADDRESS_HEADER, ""))
    if named is not None:
        return str(named)
    return None if request.client is None else str(_parsed(request.client.host) or "") or None


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what one subscriber has, for counting: an IPv4 address, or an IPv6 /64."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return address if parsed is None else str(parsed)


class ClientAddresses:
    """Finds the client's address behind trusted proxies."""

    def __init__(self, trusted: Sequence[Network], header: AddressHeader = "any") -> None:
        self._trusted = tuple(trusted)
        self._header = header
        self._of_peer = lru_cache(maxsize=4096)(self._read_peer)

    def of(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Return the client's address; None if the connection has none, as with a Unix socket.

        If a proxy names no address for its peer, the result is the proxy's own: what stands further left was sent by
        a stranger.
        """
        address, is_trusted = self._of_peer(peer)
        if address is None or not is_trusted:
            return None if address is None else str(address)
        return str(self._behind(address, headers))

    def is_proxy(self, peer: str) -> bool:
        return self._of_peer(peer)[1]

    def _behind(self, proxy: _Address, headers: Iterable[tuple[bytes, bytes]]) -> _Address:
        lines: dict[bytes, list[str]] = {b"forwarded": [], b"x-forwarded-for": []}
        for name, value in headers:
            if name in lines:
                lines[name].append(value.decode("latin-1"))
        found = []
        if lines[b"forwarded"] and self._header in {"any", "forwarded"}:
            found.append(self._first_stranger(proxy, _forwarded_from_right(",".join(lines[b"forwarded"]))))
        if lines[b"x-forwarded-for"] and self._header in {"any", "x-forwarded-for"}:
            entries = reversed(",".join(lines[b"x-forwarded-for"]).split(","))
            found.append(self._first_stranger(proxy, (_node(entry.strip(" \t")) for entry in entries)))
        # A proxy that adds one of the headers may pass the other one on as a stranger wrote it. If both are there and
        # differ, nothing says which of them the proxy has added.
        return found[0] if found and all(address == found[0] for address in found) else proxy

    def _first_stranger(self, proxy: _Address, nodes: Iterator[_Address | None]) -> _Address:
        """Return the first address that is not trusted, else the last one that is known."""
        for node in nodes:
            if node is None:
                return proxy
            proxy = node
            if not self._is_trusted(node):
                return node
        return proxy

    def _read_peer(self, peer: str) -> tuple[_Address | None, bool]:
        address = _parsed(peer)
        return address, address is not None and self._is_trusted(address)

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _forwarded_from_right(value: str) -> Iterator[_Address | None]:
    """Yield the node of each element of a Forwarded header, the last element first; None for an unknown one.

    The shortest end of the text that is an element was written last. Read from the left, an open quote that a stranger
    sent would swallow what the proxies have added.
    """
    while True:
        start = value.rfind(",")
        while start >= 0 and _ELEMENT.fullmatch(value, start + 1) is None:
            start = value.rfind(",", 0, start)
        yield _node_of_element(value[start + 1 :])
        if start < 0:
            return
        value = value[:start]


def _node_of_element(element: str) -> _Address | None:
    if _ELEMENT.fullmatch(element) is None:
        return None
    nodes = [value for name, value in _PARAMETER.findall(element) if name.lower() == "for"]
    if len(nodes) != 1:
        return None
    node: str = nodes[0]
    return _node(re.sub(r"\\(.)", r"\1", node[1:-1]) if node.startswith('"') else node)


def _node(text: str) -> _Address | None:
    """Return the address of ``192.0.2.1``, ``2001:db8::1`` or ``[2001:db8::1]``, with or without a port.

    None for ``unknown``, for an obfuscated identifier (``_hidden``) and for anything else.
    """
    host, port = text, None
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        if (rest and not rest.startswith(":")) or ":" not in host:
            return None
        port = rest[1:] if rest else None
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if port is not None and _PORT.fullmatch(port) is None:
        return None
    return None if "%" in host else _parsed(host)


def _parsed(text: str) -> _Address | None:
    """Return an address without its zone; an IPv4 address in IPv6's notation (``::ffff:192.0.2.1``) as IPv4."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
