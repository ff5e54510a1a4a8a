from zoneinfo import ZoneInfo

from pulseworks_contracts import AccountCreated, AccountUpdated
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.read_models.repository import AccountRepository


class ReadModelService:
    """Keeps the account. The features whose items follow the other read models keep those: holds and approvals."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._accounts = AccountRepository(session)

    async def apply_account(self, event: AccountCreated | AccountUpdated) -> None:
        """Store name and zone. Scheduled items keep their times: these were chosen as instants.

        Raises ZoneInfoNotFoundError for a zone that this build does not know; the event is dead-lettered.
        """
        ZoneInfo(event.data.timezone)
        await lock_account(self._session)
        await self._accounts.apply(revision=event.data.revision, name=event.data.name, timezone=event.data.timezone)
