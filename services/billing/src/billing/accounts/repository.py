from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from billing.models import Account

__all__ = ["AccountRepository"]


class AccountRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def current(self) -> Account | None:
        """Return the transaction's account; None before the first event about it."""
        return (await self._session.execute(select(Account))).scalar_one_or_none()

    async def lock(self) -> Account | None:
        return (await self._session.execute(select(Account).with_for_update())).scalar_one_or_none()

    def add(self, account: Account) -> None:
        self._session.add(account)
