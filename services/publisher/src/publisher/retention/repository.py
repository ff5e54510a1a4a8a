from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import AyrshareEvent, Preflight


class OldRowRepository:
    """Rows of all accounts that nothing needs any more, under the cross-account role. Rows that wait are kept."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def delete_webhooks(self, before: datetime) -> None:
        statement = delete(AyrshareEvent).where(AyrshareEvent.received_at < before, AyrshareEvent.due_at.is_(None))
        await self.session.execute(statement)

    async def delete_preflights(self, before: datetime) -> None:
        statement = delete(Preflight).where(Preflight.scheduled_for < before, Preflight.due_at.is_(None))
        await self.session.execute(statement)
