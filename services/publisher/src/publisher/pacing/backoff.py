"""Pauses that spread: what failed together shall not come back together."""

from datetime import timedelta
from random import Random

LONGEST = timedelta(minutes=15)


def full_jitter(random: Random, base: timedelta, tries: int, *, longest: timedelta = LONGEST) -> timedelta:
    """Return a random pause between nothing and ``base``, doubled with each of the ``tries`` but the first.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    most = min(base.total_seconds() * 2 ** min(max(tries - 1, 0), 20), longest.total_seconds())
    return timedelta(seconds=random.uniform(0.0, most))
