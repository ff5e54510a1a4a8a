from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import ProfileCheck, ProviderProfile


class ProfileKeyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def profiles_after(self, last: UUID | None, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Return id and account of profiles of all accounts by id, under the cross-account role. It sees no key."""
        statement = select(ProfileCheck.id, ProfileCheck.account_id).order_by(ProfileCheck.id).limit(limit)
        if last is not None:
            statement = statement.where(ProfileCheck.id > last)
        return [(row.id, row.account_id) for row in (await self.session.execute(statement)).all()]

    async def lock(self, profile_id: UUID) -> ProviderProfile | None:
        return await self.session.get(ProviderProfile, profile_id, with_for_update=True)
