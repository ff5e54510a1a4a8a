from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import AccountPause, OperatorPause


class ActivePauseRepository:
    """The pauses that hold back the account's posts. Each is one row, or none."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def account_pause(self) -> AccountPause | None:
        return (await self._session.execute(select(AccountPause))).scalar_one_or_none()

    async def operator_pause(self) -> OperatorPause | None:
        """Return the operator's pause, which applies to all accounts."""
        return (await self._session.execute(select(OperatorPause))).scalar_one_or_none()
