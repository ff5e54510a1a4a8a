from collections.abc import Collection, Sequence
from uuid import UUID

from common.database import ReadModelRepository, account_of
from sqlalchemy import select

from scheduler.models import Account, ApprovedContent, PublishingProfile, Subscription

_DELETED_REVISION = 2**31 - 1
"""Above every other: nothing brings a deleted content back, whatever arrives later."""


class AccountRepository(ReadModelRepository[Account]):
    model = Account


class SubscriptionRepository(ReadModelRepository[Subscription]):
    model = Subscription


class ProfileRepository(ReadModelRepository[PublishingProfile]):
    model = PublishingProfile
    revision_column = "verified_revision"

    async def note_loss(self, platforms: Sequence[str], revision: int) -> bool:
        """Note when connections were lost. Return whether that is new of any platform. The account must be locked.

        A loss is newer by platform and not by row, so ``apply`` can't decide it, and it is merged here.
        """
        profile = await self.get()
        if profile is None:
            profile = PublishingProfile(account_id=account_of(self.session), lost={})
            self.session.add(profile)
        newer = {platform: revision for platform in platforms if revision > profile.lost.get(platform, 0)}
        profile.lost = {**profile.lost, **newer}
        await self.session.flush()
        return bool(newer)


class ContentRepository(ReadModelRepository[ApprovedContent]):
    model = ApprovedContent

    async def withdraw(self, content_id: UUID, revision: int) -> bool:
        """Leave a tombstone that only a newer approval replaces."""
        return await self.apply(
            revision=revision,
            content_id=content_id,
            approved=False,
            content_hash=None,
            payloads=[],
            month=None,
            title=None,
        )

    async def delete(self, content_id: UUID) -> bool:
        """Leave a tombstone for good."""
        return await self.apply(
            revision=_DELETED_REVISION,
            content_id=content_id,
            approved=False,
            deleted=True,
            content_hash=None,
            payloads=[],
            month=None,
            title=None,
        )

    async def approved_in(self, month: str) -> Sequence[ApprovedContent]:
        """Return the approved contents of a month in the order in which they were planned (their ids' order)."""
        statement = select(ApprovedContent).where(ApprovedContent.month == month, ApprovedContent.approved)
        return (await self.session.execute(statement.order_by(ApprovedContent.content_id))).scalars().all()

    async def approved(self, content_ids: Collection[UUID]) -> dict[UUID, ApprovedContent]:
        statement = select(ApprovedContent).where(ApprovedContent.content_id.in_(content_ids), ApprovedContent.approved)
        rows = (await self.session.execute(statement)).scalars()
        return {row.content_id: row for row in rows}
