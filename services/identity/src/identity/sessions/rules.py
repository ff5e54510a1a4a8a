"""The client of a request, as far as rate limits and the list of sessions need it."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_USER_AGENT = 300
_IPV6_PREFIX = 64
_IPV4 = 4
_IPV4_NETWORK = 24
_IPV6_NETWORK = 48
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Client:
    address: str
    """An IPv4 address, or an IPv6 /64, which is what one subscriber has."""
    user_agent: str | None

    @property
    def fingerprint(self) -> bytes:
        """Tell this client from others as far as it shows: the tabs of one browser have the same address and agent."""
        return hashlib.sha256(f"{self.address}\n{self.user_agent or ''}".encode()).digest()

    @property
    def network(self) -> str:
        """The IPv4 /24 or the IPv6 /48, which is what one attacker easily has."""
        try:
            found = ipaddress.ip_network(self.address)
        except ValueError:
            return self.address
        prefix = _IPV4_NETWORK if found.version == _IPV4 else _IPV6_NETWORK
        return str(found.supernet(new_prefix=prefix))

    @classmethod
    def of(cls, *, peer: str, forwarded_for: Sequence[str], user_agent: str) -> "Client":
        """Return the client for the connection's address and the headers X-Forwarded-For and User-Agent.

        The gateway adds the last entry of X-Forwarded-For. A caller that bypasses the gateway can send any address; the
        limit per e-mail address still applies to it.
        """
        last = forwarded_for[-1].rpartition(",")[2].strip() if forwarded_for else ""
        printable = "".join(char for char in user_agent if char.isprintable())
        return cls(_network(last) or _network(peer) or _UNKNOWN, printable[:_MAX_USER_AGENT] or None)


def _network(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)
