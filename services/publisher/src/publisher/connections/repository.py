from uuid import UUID

from pulseworks_contracts import Platform
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import Account, ProfileCheck, ProviderProfile, PublishingProfile, SocialConnection


class ConnectionRepository:
    """The provider profile of the transaction's account, its linked accounts, and the verified profile."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def account_name(self, account_id: UUID) -> str | None:
        account = await self.session.get(Account, account_id)
        return None if account is None else account.name

    async def lock_provider(self) -> ProviderProfile | None:
        """Return the account's current provider profile, ready or being created or deleted, locked."""
        statement = select(ProviderProfile).where(ProviderProfile.status.not_in(["abandoned", "deleted"]))
        statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def lock_provider_by_id(self, profile_id: UUID) -> ProviderProfile | None:
        return await self.session.get(ProviderProfile, profile_id, with_for_update=True)

    async def ready_provider(self) -> ProviderProfile | None:
        statement = select(ProviderProfile).where(ProviderProfile.status == "ready")
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def connections(self) -> dict[Platform, SocialConnection]:
        statement = select(SocialConnection).order_by(SocialConnection.platform)
        found = (await self.session.execute(statement)).scalars()
        return {connection.platform: connection for connection in found}  # type: ignore[misc]  # a CHECK guarantees it

    async def profile(self) -> PublishingProfile | None:
        return (await self.session.execute(select(PublishingProfile))).scalar_one_or_none()

    async def lock_profile(self) -> PublishingProfile | None:
        statement = select(PublishingProfile).with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one_or_none()

    def add(self, row: ProviderProfile | ProfileCheck | SocialConnection | PublishingProfile) -> None:
        self.session.add(row)

    async def flush(self) -> None:
        await self.session.flush()
