"""The client of a request, as far as rate limits and the list of sessions need it."""

from dataclasses import dataclass

from common.http import network_of

_MAX_USER_AGENT = 300
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Client:
    address: str
    """An IPv4 address, or an IPv6 /64, which is what one subscriber has."""
    user_agent: str | None

    @classmethod
    def of(cls, *, address: str | None, user_agent: str) -> "Client":
        """Return the client for its IP address, if that is known, and the header User-Agent."""
        printable = "".join(char for char in user_agent if char.isprintable())
        return cls(_UNKNOWN if address is None else network_of(address), printable[:_MAX_USER_AGENT] or None)
