from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from identity.rate_limits.rules import Backoff, RateLimit

# An accepted attempt removes up to this many expired rows, so that the table stays small between two runs of retention.
_CLEANUP_ROWS = 10

# One statement checks and counts, and the row's lock serialises concurrent attempts of all replicas. The limit is
# reached if the amount-th latest attempt is still within the window. Older attempts are dropped from the array.
_COUNT = text("""
    INSERT INTO identity.rate_limit_window AS counted (name, key, attempts, expires_at)
    VALUES (:name, :key, ARRAY[CAST(:now AS timestamptz)], :expires_at)
    ON CONFLICT (name, key) DO UPDATE
    SET attempts = (counted.attempts || excluded.attempts)[greatest(1, cardinality(counted.attempts) + 2 - :amount):],
        expires_at = excluded.expires_at
    WHERE cardinality(counted.attempts) < :amount
        OR counted.attempts[cardinality(counted.attempts) + 1 - :amount] <= :window_start
    RETURNING name
""")
_BLOCKING_ATTEMPT = text("""
    SELECT attempts[cardinality(attempts) + 1 - :amount] FROM identity.rate_limit_window
    WHERE name = :name AND key = :key
""")
# The same for a pause that grows with the number of attempts: ``pauses`` has the one after the first, the second, …
_COUNT_WITH_PAUSE = text("""
    INSERT INTO identity.rate_limit_window AS counted (name, key, attempts, expires_at)
    VALUES (:name, :key, ARRAY[CAST(:now AS timestamptz)], :expires_at)
    ON CONFLICT (name, key) DO UPDATE
    SET attempts = CASE WHEN counted.expires_at <= :now THEN excluded.attempts
            ELSE (counted.attempts || excluded.attempts)[greatest(1, cardinality(counted.attempts) + 2 - :kept):] END,
        expires_at = excluded.expires_at
    WHERE counted.expires_at <= :now
        OR counted.attempts[cardinality(counted.attempts)]
            + (CAST(:pauses AS interval[]))[least(cardinality(counted.attempts), :kept)] <= :now
    RETURNING name
""")
_END_OF_PAUSE = text("""
    SELECT attempts[cardinality(attempts)] + (CAST(:pauses AS interval[]))[least(cardinality(attempts), :kept)]
    FROM identity.rate_limit_window WHERE name = :name AND key = :key
""")
_WITHDRAW = text("""
    UPDATE identity.rate_limit_window
    SET attempts = attempts[1:array_position(attempts, CAST(:at AS timestamptz)) - 1]
        || attempts[array_position(attempts, CAST(:at AS timestamptz)) + 1:]
    WHERE name = :name AND key = :key AND CAST(:at AS timestamptz) = ANY (attempts)
""")
_REMOVE_EMPTY = text("""
    DELETE FROM identity.rate_limit_window WHERE name = :name AND key = :key AND cardinality(attempts) = 0
""")
_REMOVE_EXPIRED = text("""
    DELETE FROM identity.rate_limit_window WHERE (name, key) IN (
        SELECT name, key FROM identity.rate_limit_window WHERE expires_at <= :now
        ORDER BY expires_at LIMIT :rows FOR UPDATE SKIP LOCKED
    )
""")


class RateLimitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, limit: RateLimit, key: bytes, now: datetime) -> bool:
        """Count an attempt unless the window is full. Returns whether it was counted."""
        values = {
            "name": limit.name,
            "key": key,
            "amount": limit.amount,
            "now": now,
            "window_start": now - limit.window,
            "expires_at": now + limit.window,
        }
        return (await self._session.execute(_COUNT, values)).first() is not None

    async def blocking_attempt(self, limit: RateLimit, key: bytes) -> datetime | None:
        """Return the time of the attempt that has to leave the window before another one is accepted."""
        values = {"name": limit.name, "key": key, "amount": limit.amount}
        found: datetime | None = (await self._session.execute(_BLOCKING_ATTEMPT, values)).scalar_one_or_none()
        return found

    async def count_with_pause(self, backoff: Backoff, key: bytes, now: datetime) -> bool:
        """Count an attempt unless the pause after the last one is not over. Returns whether it was counted."""
        pauses = backoff.pauses()
        values = {
            "name": backoff.name,
            "key": key,
            "now": now,
            "expires_at": now + backoff.memory,
            "pauses": pauses,
            "kept": len(pauses),
        }
        return (await self._session.execute(_COUNT_WITH_PAUSE, values)).first() is not None

    async def end_of_pause(self, backoff: Backoff, key: bytes) -> datetime | None:
        pauses = backoff.pauses()
        values = {"name": backoff.name, "key": key, "pauses": pauses, "kept": len(pauses)}
        found: datetime | None = (await self._session.execute(_END_OF_PAUSE, values)).scalar_one_or_none()
        return found

    async def withdraw(self, limit: RateLimit | Backoff, key: bytes, at: datetime) -> None:
        """Remove one attempt that was counted at an instant."""
        values = {"name": limit.name, "key": key}
        await self._session.execute(_WITHDRAW, values | {"at": at})
        await self._session.execute(_REMOVE_EMPTY, values)

    async def remove(self, limit: RateLimit | Backoff, key: bytes) -> None:
        statement = text("DELETE FROM identity.rate_limit_window WHERE name = :name AND key = :key")
        await self._session.execute(statement, {"name": limit.name, "key": key})

    async def remove_expired(self, now: datetime) -> None:
        await self._session.execute(_REMOVE_EXPIRED, {"now": now, "rows": _CLEANUP_ROWS})
