from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import SigningKey


class SigningKeyRepository:
    """The keys of the whole system: their rows belong to no account."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[SigningKey]:
        statement = select(SigningKey).order_by(SigningKey.signs_at).execution_options(populate_existing=True)
        return (await self._session.execute(statement)).scalars().all()

    async def lock(self) -> None:
        """Let only one transaction change the keys; reading goes on."""
        await self._session.execute(text("LOCK TABLE identity.signing_key IN SHARE ROW EXCLUSIVE MODE"))

    async def add(self, *keys: SigningKey) -> None:
        self._session.add_all(keys)
        await self._session.flush()

    async def retire_all(self, at: datetime) -> None:
        """Let every key retire at an instant, unless it does so earlier."""
        later = or_(SigningKey.retires_at.is_(None), SigningKey.retires_at > at)
        statement = update(SigningKey).where(later).values(retires_at=at)
        await self._session.execute(statement.execution_options(synchronize_session=False))

    async def remove_retired(self, now: datetime) -> None:
        statement = delete(SigningKey).where(SigningKey.retires_at <= now)
        await self._session.execute(statement.execution_options(synchronize_session=False))
