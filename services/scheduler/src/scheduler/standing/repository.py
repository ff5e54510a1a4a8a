from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import Account, AccountPause, OperatorPause, PublishingProfile, Subscription


class StandingRepository:
    """The account's one row of each read model; None before the first event about it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def account(self) -> Account | None:
        return (await self._session.execute(select(Account))).scalar_one_or_none()

    async def subscription(self) -> Subscription | None:
        return (await self._session.execute(select(Subscription))).scalar_one_or_none()

    async def profile(self) -> PublishingProfile | None:
        return (await self._session.execute(select(PublishingProfile))).scalar_one_or_none()

    async def account_pause(self) -> AccountPause | None:
        return (await self._session.execute(select(AccountPause))).scalar_one_or_none()

    async def operator_pause(self) -> OperatorPause | None:
        """Return the operator's word, which holds for all accounts."""
        return (await self._session.execute(select(OperatorPause))).scalar_one_or_none()

    def add(self, row: Account | Subscription | PublishingProfile) -> None:
        self._session.add(row)
