from uuid import UUID

from common.database import ReadModelRepository

from publisher.models import Account, ApprovedContent, ScheduledPost, Subscription


class AccountRepository(ReadModelRepository[Account]):
    model = Account


class SubscriptionRepository(ReadModelRepository[Subscription]):
    model = Subscription


class ApprovedContentRepository(ReadModelRepository[ApprovedContent]):
    model = ApprovedContent

    async def withdraw(self, content_id: UUID, revision: int) -> None:
        # the approver stays: the audit entry of a post that is already live names that person
        await self.apply(revision=revision, content_id=content_id, approved=False, content_hash=None, digests={})


class ScheduledPostRepository(ReadModelRepository[ScheduledPost]):
    model = ScheduledPost

    async def cancel(self, item_id: UUID, revision: int, reason: str) -> None:
        await self.apply(revision=revision, item_id=item_id, cancelled=True, reason=reason, frozen=None)
