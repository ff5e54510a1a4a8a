from uuid import UUID

from pulseworks_contracts import ProfileNeedsReconnect, ProfileVerified, SubscriptionChanged
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.eligibility.service import EligibilityService
from scheduler.holds.rules import HoldResult
from scheduler.items.repository import ItemRepository
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import OPEN_STATUSES, ItemStatus
from scheduler.read_models.repository import ProfileRepository, SubscriptionRepository


class HoldService:
    """Parks the items of an account that may not go out, and releases them when they may.

    Subscription and profile are written under the account's lock. A post that is scheduled at the same time either
    exists and is parked, or is checked against the new row.
    """

    def __init__(self, session: AsyncSession, eligibility: EligibilityService, lifecycle: ItemLifecycle) -> None:
        self._session = session
        self._eligibility = eligibility
        self._lifecycle = lifecycle
        self._items = ItemRepository(session)
        self._subscriptions = SubscriptionRepository(session)
        self._profiles = ProfileRepository(session)

    async def apply_subscription(self, event: SubscriptionChanged) -> None:
        await lock_account(self._session)
        posting = event.data.entitlements.posting
        if await self._subscriptions.apply(revision=event.data.revision, posting=posting):
            await self.park_or_release()

    async def apply_verification(self, event: ProfileVerified) -> None:
        await lock_account(self._session)
        if await self._profiles.apply(
            revision=event.data.revision,
            provider_profile_id=event.data.provider_profile_id,
            platforms={verified.platform: verified.platform_account_id for verified in event.data.platforms},
        ):
            await self.park_or_release()

    async def apply_lost_connection(self, event: ProfileNeedsReconnect) -> None:
        await lock_account(self._session)
        if await self._profiles.apply_loss(event.data.platforms, event.data.revision):
            await self.park_or_release()

    async def park_or_release(self, *, user_id: UUID | None = None) -> HoldResult:
        """Park every open item that has a blocker, and release every parked one that has none.

        The current state decides, not the event, so events may arrive in any order. The account must be locked.
        """
        eligibility = await self._eligibility.current()
        result = HoldResult()
        for item in await self._items.lock_with_status(OPEN_STATUSES):
            blockers = eligibility.blockers(item)
            if blockers:
                parked = await self._lifecycle.park(item, blockers, user_id=user_id)
                result += HoldResult(parked=1) if parked else HoldResult(on_their_way=1)
            elif item.status == ItemStatus.PARKED:
                await self._lifecycle.release(item, user_id=user_id)
                released = item.status == ItemStatus.QUEUED
                result += HoldResult(released=1) if released else HoldResult(missed=1)
        return result
