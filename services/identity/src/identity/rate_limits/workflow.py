from identity.factory import ProcessContext
from identity.rate_limits.errors import RateLimitedError
from identity.rate_limits.rules import RateLimit


async def count_attempt(context: ProcessContext, limit: RateLimit, key: str) -> None:
    """Count an attempt in a transaction of its own, so that it counts even if the request fails.

    Raises RateLimitedError with Retry-After when the window is full. A database error passes through and becomes a
    503: without a count no password is verified, and the answer does not claim that there were too many attempts.
    """
    async with context.transaction() as factory:
        counts = factory.rate_limits()
        wait = await counts.count(limit, key)
        if wait is None:
            await counts.remove_expired()
    if wait is not None:
        seconds = wait.total_seconds()
        raise RateLimitedError(f"Try again in {max(1, round(seconds))} seconds.", retry_after=seconds)
