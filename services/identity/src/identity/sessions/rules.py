"""The client of a request, as far as rate limits and the list of sessions need it."""

import hashlib
import ipaddress
from dataclasses import dataclass

from common.http import network_of

_MAX_USER_AGENT = 300
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
    def of(cls, *, address: str | None, user_agent: str) -> "Client":
        """Return the client for its IP address, if that is known, and the header User-Agent."""
        printable = "".join(char for char in user_agent if char.isprintable())
        return cls(_UNKNOWN if address is None else network_of(address), printable[:_MAX_USER_AGENT] or None)
