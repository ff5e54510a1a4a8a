from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class RetentionRepository:
    """Deletes old rows of all accounts; its session has the cross-account role."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def delete_progress(self, before: datetime) -> None:
        await self._session.execute(
            text("DELETE FROM content.generation_progress WHERE created_at < :before"), {"before": before}
        )

    async def delete_usage(self, before: datetime) -> None:
        await self._session.execute(
            text("DELETE FROM content.usage_entry WHERE created_at < :before"), {"before": before}
        )
        await self._session.execute(
            text("DELETE FROM content.model_call_day WHERE day < :before"), {"before": before.date()}
        )
