from datetime import datetime, timedelta

from common.clock import Clock
from prometheus_client import Counter

from identity.rate_limits.repository import RateLimitRepository
from identity.rate_limits.rules import Backoff, RateLimit, stored_key

LIMITED = Counter("pulseworks_rate_limited", "Attempts beyond a rate limit.", ["limit"])


class RateLimitService:
    """Counts attempts in the database, so that all replicas share one count and a restart keeps it."""

    def __init__(self, windows: RateLimitRepository, clock: Clock) -> None:
        self._windows = windows
        self._clock = clock

    async def count(self, limit: RateLimit, key: str) -> timedelta | None:
        """Count an attempt. If the window is full, do not count it, and return how long to wait."""
        now, stored = self._clock.now(), stored_key(key)
        if await self._windows.count(limit, stored, now):
            return None
        LIMITED.labels(limit.name).inc()
        blocking = await self._windows.blocking_attempt(limit, stored)
        return timedelta(0) if blocking is None else blocking + limit.window - now

    async def count_with_pause(self, backoff: Backoff, key: str) -> timedelta | None:
        """Count an attempt. If the pause after the last one is not over, do not count it; return how long to wait."""
        now, stored = self._clock.now(), stored_key(key)
        if await self._windows.count_with_pause(backoff, stored, now):
            return None
        LIMITED.labels(backoff.name).inc()
        end = await self._windows.end_of_pause(backoff, stored)
        return timedelta(0) if end is None else end - now

    async def withdraw(self, limit: RateLimit | Backoff, key: str, at: datetime) -> None:
        """Remove an attempt that was counted at an instant and turned out not to be a guess."""
        await self._windows.withdraw(limit, stored_key(key), at)

    async def remove_expired(self) -> None:
        """Remove some rows that no limit needs any more.

        This locks rows of other keys, so it comes after all counts of a transaction, or two of them could deadlock.
        """
        await self._windows.remove_expired(self._clock.now())

    async def reset(self, limit: RateLimit | Backoff, key: str) -> None:
        """Remove the attempts of a key. Only for a caller that has proved knowledge of the password."""
        await self._windows.remove(limit, stored_key(key))
