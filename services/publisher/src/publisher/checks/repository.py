from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.checks.rules import Records
from publisher.models import (
    ApprovedContent,
    Delivery,
    Preflight,
    PublishingProfile,
    ScheduledPost,
    SocialConnection,
    Subscription,
)
from publisher.provider.repository import ProviderProfileRepository


class RecordsRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._profiles = ProviderProfileRepository(session)

    async def records_of(self, post: Delivery | Preflight) -> Records:
        """Return our records for the checks. All of them belong to the transaction's account (T1)."""
        account_id = post.account_id
        return Records(
            post=post,
            content=await self._session.get(ApprovedContent, (account_id, post.content_id)),
            item=await self._session.get(ScheduledPost, (account_id, post.schedule_item_id)),
            subscription=await self._session.get(Subscription, account_id),
            profile=(await self._session.execute(select(PublishingProfile))).scalar_one_or_none(),
            connection=(
                await self._session.execute(select(SocialConnection).where(SocialConnection.platform == post.platform))
            ).scalar_one_or_none(),
            provider=await self._profiles.get(post.provider_profile_id),
        )
