"""Who is at the other end, as far as limits and the list of sessions need it."""

import ipaddress
from dataclasses import dataclass

from fastapi import Request

_MAX_USER_AGENT = 300
_IPV6_NETWORK = 64


@dataclass(frozen=True)
class Client:
    address: str
    """An IPv4 address or an IPv6 /64, which is what one subscriber has."""
    user_agent: str | None


def client_of(request: Request) -> Client:
    """Read the caller from the last entry of X-Forwarded-For, which is the gateway's, else from the connection.

    A caller who goes around the gateway can name any address: the limit per e-mail address binds all the same.
    """
    peer = request.client.host if request.client else ""
    forwarded = request.headers.getlist("x-forwarded-for")
    last = forwarded[-1].rpartition(",")[2].strip() if forwarded else ""
    agent = "".join(char for char in request.headers.get("user-agent", "") if char.isprintable())
    return Client(_network(last) or _network(peer) or "unknown", agent[:_MAX_USER_AGENT] or None)


def _network(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)
