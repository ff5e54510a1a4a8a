from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.eligibility.repository import ActivePauseRepository
from scheduler.eligibility.rules import PostingEligibility
from scheduler.read_models.repository import AccountRepository, ProfileRepository, SubscriptionRepository


class EligibilityService:
    """Reads what decides whether the account may post."""

    def __init__(self, session: AsyncSession) -> None:
        self._accounts = AccountRepository(session)
        self._subscriptions = SubscriptionRepository(session)
        self._profiles = ProfileRepository(session)
        self._pauses = ActivePauseRepository(session)

    async def current(self) -> PostingEligibility:
        return PostingEligibility(
            account=await self._accounts.get(),
            subscription=await self._subscriptions.get(),
            profile=await self._profiles.get(),
            account_pause=await self._pauses.account_pause(),
            operator_pause=await self._pauses.operator_pause(),
        )
