from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import ProviderProfile


class PacingRepository:
    """The provider profile as what paces its deliveries."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, ref_id: str) -> ProviderProfile | None:
        statement = (
            select(ProviderProfile)
            .where(ProviderProfile.ref_id == ref_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def hold_back(self, ref_id: str, after: timedelta, spread: timedelta, until: datetime) -> int:
        """Put off in one statement whatever waits at a profile that pauses ``until``; return how many that were.

        What would expire meanwhile is left to come up by itself, since somebody has to be told. Rows that are held are
        passed over, so that two of these never wait for each other.
        """
        statement = text("""
            UPDATE publisher.delivery
            SET due_at = clock_timestamp() + CAST(:after AS interval) + random() * CAST(:spread AS interval)
            WHERE id IN (
                SELECT id FROM publisher.delivery
                WHERE provider_profile_id = :ref_id AND status = 'pending' AND lease_owner IS NULL
                  AND due_at < clock_timestamp() + CAST(:after AS interval) AND expires_at >= :until
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id
        """)
        parameters = {"ref_id": ref_id, "after": after, "spread": spread, "until": until}
        return len((await self.session.execute(statement, parameters)).scalars().all())
