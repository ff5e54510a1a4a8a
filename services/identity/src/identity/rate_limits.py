"""A moving window per key, in memory: each replica counts for itself.

The notation is that of the package `limits`. Its own memory storage walks all keys at each hit and keeps them, which
is the wrong cost for keys that an attacker chooses; here a hit touches its own key, and the oldest keys make room.
"""

from collections import OrderedDict, deque

from common.clock import Clock
from common.errors import TooManyRequestsError
from limits import RateLimitItem

_MAX_KEYS = 50_000


class RateLimitedError(TooManyRequestsError):
    code = "rate_limited"
    title = "Too many attempts"


class RateLimiter:
    def __init__(self, rate: RateLimitItem, clock: Clock, *, max_keys: int = _MAX_KEYS) -> None:
        self._amount = rate.amount
        self._seconds = rate.get_expiry()
        self._clock = clock
        self._max_keys = max_keys
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Count an attempt. Raises `RateLimitedError` with Retry-After when the window is full."""
        now = self._clock.now().timestamp()
        hits = self._hits.setdefault(key, deque())
        self._hits.move_to_end(key)
        while hits and hits[0] <= now - self._seconds:
            hits.popleft()
        if len(hits) >= self._amount:
            wait = hits[0] + self._seconds - now
            raise RateLimitedError(f"Try again in {max(1, round(wait))} seconds.", retry_after=wait)
        hits.append(now)
        if len(self._hits) > self._max_keys:
            self._hits.popitem(last=False)

    def forget(self, key: str) -> None:
        """Start anew for this key: whoever knows the password was no guesser."""
        self._hits.pop(key, None)
