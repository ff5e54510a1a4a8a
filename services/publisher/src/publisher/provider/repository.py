from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import ProviderProfile


class ProviderProfileRepository:
    """Provider profiles by their id at Ayrshare, and what waits for them."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, ref_id: str) -> ProviderProfile | None:
        statement = select(ProviderProfile).where(ProviderProfile.ref_id == ref_id)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def lock(self, ref_id: str) -> ProviderProfile | None:
        statement = (
            select(ProviderProfile)
            .where(ProviderProfile.ref_id == ref_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def defer_waiting(self, ref_id: str, after: timedelta, spread: timedelta, until: datetime) -> int:
        """Defer, in one statement, the deliveries that wait at a profile paused ``until``; return their number.

        A delivery that expires before then keeps its due time, because its failure has to be reported. Leased and
        locked rows are skipped, so that two such statements never wait for each other.
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
