from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import Delivery, ProfileCheck, ProviderProfile, SocialConnection, Subscription
from publisher.protocol.states import Status
from publisher.unused_profiles.rules import Use

_BUSY = (Status.PENDING, Status.SENDING, Status.RECONCILING, Status.UNKNOWN)


class UnusedProfileRepository:
    """A provider profile, its check, and what uses it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, profile_id: UUID) -> ProviderProfile:
        """Return the profile, locked: nothing is linked to it or verified meanwhile."""
        statement = select(ProviderProfile).where(ProviderProfile.id == profile_id).with_for_update()
        return (await self.session.execute(statement)).scalar_one()

    async def check(self, profile_id: UUID) -> ProfileCheck:
        return (await self.session.execute(select(ProfileCheck).where(ProfileCheck.id == profile_id))).scalar_one()

    async def use_of(self, profile: ProviderProfile) -> Use:
        subscription = await self.session.get(Subscription, profile.account_id)
        linked = exists().where(
            SocialConnection.status == "LINKED", SocialConnection.provider_profile_id == profile.ref_id
        )
        busy = exists().where(
            Delivery.provider_profile_id == profile.ref_id, Delivery.status.in_(_BUSY), Delivery.due_at.is_not(None)
        )
        row = (await self.session.execute(select(linked.label("linked"), busy.label("busy")))).one()
        return Use(
            posting=subscription is not None and subscription.posting, linked=bool(row.linked), busy=bool(row.busy)
        )
