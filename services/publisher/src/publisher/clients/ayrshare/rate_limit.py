"""Reads from an answer's headers how soon the next call may be made.

Ayrshare: 300 requests per 5 minutes and profile, ``x-ratelimit-max`` and ``x-ratelimit-count``; older copies of the
documentation have ``x-ratelimit-remaining`` and ``x-ratelimit-reset`` (milliseconds). ``Retry-After`` is not
documented but honoured (RFC 9110, 10.2.3: seconds or a date).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WINDOW_SECONDS = 300.0
_EPOCH_MILLISECONDS = 1e11


@dataclass(frozen=True)
class RateLimit:
    most: int | None = None
    """Calls allowed in a window. None: not stated."""
    remaining: int | None = None
    """Calls left in the window. None: not stated."""
    resets_in: float | None = None
    """Seconds until the window ends, at most a whole window. None: not stated."""
    retry_after: float | None = None
    """Seconds that Ayrshare requests us to wait. None: not stated."""


UNLIMITED = RateLimit()


def rate_limit(headers: Mapping[str, str], now: datetime) -> RateLimit:
    """Read the headers of an answer received at ``now``; an unreadable value counts as not stated."""
    most, used = _number(headers.get("x-ratelimit-max")), _number(headers.get("x-ratelimit-count"))
    left = _number(headers.get("x-ratelimit-remaining"))
    if most is not None and used is not None:
        left = most - used
    return RateLimit(
        most=None if most is None else int(most),
        remaining=None if left is None else max(int(left), 0),
        resets_in=_resets_in(headers, now),
        retry_after=_retry_after(headers, now),
    )


def _resets_in(headers: Mapping[str, str], now: datetime) -> float | None:
    reset = _number(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    seconds = reset / 1000 - now.timestamp() if reset > _EPOCH_MILLISECONDS else reset / 1000
    return min(max(seconds, 1.0), WINDOW_SECONDS)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is None and value is not None:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return None if seconds is None else max(seconds, 0.0)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    # neither "nan" nor "inf" is a time
    return number if number is not None and abs(number) < 1e15 else None
