import hashlib
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import SERVICE, CalendarFeed


class CalendarFeedRepository:
    """The account's one feed. Only a hash of its token is stored."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def current(self) -> CalendarFeed | None:
        return (await self._session.execute(select(CalendarFeed))).scalar_one_or_none()

    async def account_of(self, token: str) -> UUID | None:
        """Return the account whose feed the token opens. No account is set yet."""
        statement = text(f"SELECT {SERVICE}.account_of_calendar_feed(:hash)")
        account_id: UUID | None = (await self._session.execute(statement, {"hash": hash_of(token)})).scalar_one()
        return account_id

    def add(self, feed: CalendarFeed) -> None:
        self._session.add(feed)

    async def remove(self, feed: CalendarFeed) -> None:
        await self._session.delete(feed)
        await self._session.flush()


def hash_of(token: str) -> bytes:
    """Return the token's SHA-256. A random token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()
