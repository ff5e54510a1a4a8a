from collections.abc import Collection, Sequence
from uuid import UUID

from common.database import ReadModelRepository, account_of
from sqlalchemy import select

from scheduler.models import Account, ApprovedContent, Member, PublishingProfile, Subscription

_DELETED_REVISION = 2**31 - 1
"""Above every other revision: no later event restores a deleted content."""


class AccountRepository(ReadModelRepository[Account]):
    model = Account


class MemberRepository(ReadModelRepository[Member]):
    model = Member


class SubscriptionRepository(ReadModelRepository[Subscription]):
    model = Subscription


class ProfileRepository(ReadModelRepository[PublishingProfile]):
    model = PublishingProfile
    revision_column = "verified_revision"

    async def apply_loss(self, platforms: Sequence[str], revision: int) -> bool:
        """Store the revision at which connections were lost. Return whether it is newer for any platform.

        ``apply`` compares revisions by row, but losses are compared by platform, so they are merged here. The account
        must be locked.
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
            position=None,
        )

    async def delete(self, content_id: UUID) -> bool:
        """Leave a tombstone that nothing replaces."""
        return await self.apply(
            revision=_DELETED_REVISION,
            content_id=content_id,
            approved=False,
            deleted=True,
            content_hash=None,
            payloads=[],
            month=None,
            title=None,
            position=None,
        )

    async def approved_in(self, month: str) -> Sequence[ApprovedContent]:
        """Return the approved contents of a month in the order of its plan.

        Those without a position were approved by an earlier version, and their ids have the order of their creation.
        """
        statement = select(ApprovedContent).where(ApprovedContent.month == month, ApprovedContent.approved)
        order = (ApprovedContent.position.asc().nulls_first(), ApprovedContent.content_id)
        return (await self.session.execute(statement.order_by(*order))).scalars().all()

    async def approved(self, content_ids: Collection[UUID]) -> dict[UUID, ApprovedContent]:
        statement = select(ApprovedContent).where(ApprovedContent.content_id.in_(content_ids), ApprovedContent.approved)
        rows = (await self.session.execute(statement)).scalars()
        return {row.content_id: row for row in rows}
