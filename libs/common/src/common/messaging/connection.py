"""A plain connection to the broker, and how its loss shows."""

import aiormq
from aiormq.exceptions import AMQPError
from yarl import URL

# asyncio and aiormq say RuntimeError for a transport that closed under a call
LOST = (AMQPError, OSError, TimeoutError, RuntimeError)

# Silence for three times as long means that the other side is gone.
_HEARTBEAT_SECONDS = 15


async def connect(url: str) -> aiormq.abc.AbstractConnection:
    """Connect; a broker that has vanished without a word is noticed within a minute."""
    address = URL(url)
    return await aiormq.connect(address.update_query({"heartbeat": _HEARTBEAT_SECONDS, **address.query}))
