from datetime import timedelta

from common.clock import Clock

from identity.rate_limits.repository import RateLimitRepository
from identity.rate_limits.rules import RateLimit, stored_key


class RateLimitService:
    """Counts attempts in the database, so that all replicas share one count and a restart keeps it."""

    def __init__(self, windows: RateLimitRepository, clock: Clock) -> None:
        self._windows = windows
        self._clock = clock

    async def count(self, limit: RateLimit, key: str) -> timedelta | None:
        """Count an attempt. If the window is full, do not count it, and return how long to wait."""
        now, stored = self._clock.now(), stored_key(key)
        if await self._windows.count(limit, stored, now):
            await self._windows.remove_expired(now)
            return None
        blocking = await self._windows.blocking_attempt(limit, stored)
        return timedelta(0) if blocking is None else blocking + limit.window - now

    async def reset(self, limit: RateLimit, key: str) -> None:
        """Remove the attempts of a key. Only for a caller that has proved knowledge of the password."""
        await self._windows.remove(limit, stored_key(key))
