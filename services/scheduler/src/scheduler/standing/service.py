from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
)
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.locks import lock_account
from scheduler.models import HELD, Account, ItemStatus, PublishingProfile, Subscription
from scheduler.standing.repository import StandingRepository
from scheduler.standing.standing import Standing


@dataclass
class Held:
    """What became of an account's waiting items."""

    parked: int = 0
    """Held back now, whether or not they were before."""
    on_their_way: int = 0
    """Too late: the publisher has them, or will in a moment."""
    released: int = 0
    missed: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(
            self.parked + other.parked,
            self.on_their_way + other.on_their_way,
            self.released + other.released,
            self.missed + other.missed,
        )


class StandingService:
    """Keeps what the other services say of an account, and holds back or releases its items accordingly."""

    def __init__(self, session: AsyncSession, lifecycle: Lifecycle) -> None:
        self._session = session
        self._repository = StandingRepository(session)
        self._items = ItemRepository(session)
        self._lifecycle = lifecycle

    async def current(self) -> Standing:
        return Standing(
            account=await self._repository.account(),
            subscription=await self._repository.subscription(),
            profile=await self._repository.profile(),
            account_pause=await self._repository.account_pause(),
            operator_pause=await self._repository.operator_pause(),
        )

    async def keep_account(self, event: AccountCreated | AccountUpdated) -> None:
        """Note name and zone. Items that have their time keep it: it was chosen as an instant.

        Raises ZoneInfoNotFoundError for a zone that this build does not know: the event goes to the dead letters.
        """
        ZoneInfo(event.data.timezone)
        await lock_account(self._session)
        known = await self._repository.account()
        if known is None:
            known = Account(account_id=event.account_id, revision=0)
            self._repository.add(known)
        if event.data.revision > known.revision:
            known.revision = event.data.revision
            known.name = event.data.name
            known.timezone = event.data.timezone

    async def keep_subscription(self, event: SubscriptionChanged) -> None:
        await lock_account(self._session)
        known = await self._repository.subscription()
        if known is None:
            known = Subscription(account_id=event.account_id, revision=0)
            self._repository.add(known)
        if event.data.revision > known.revision:
            known.revision = event.data.revision
            known.posting = event.data.entitlements.posting
            await self.hold_or_release()

    async def keep_verification(self, event: ProfileVerified) -> None:
        profile = await self._locked_profile(event)
        if event.data.revision > profile.verified_revision:
            profile.verified_revision = event.data.revision
            profile.revision = max(profile.revision, event.data.revision)
            profile.provider_profile_id = event.data.provider_profile_id
            profile.platforms = {p.platform: p.platform_account_id for p in event.data.platforms}
            await self.hold_or_release()

    async def keep_loss(self, event: ProfileNeedsReconnect) -> None:
        profile = await self._locked_profile(event)
        revision = event.data.revision
        newer: dict[str, int] = {p: revision for p in event.data.platforms if revision > profile.lost.get(p, 0)}
        if newer:
            profile.lost = {**profile.lost, **newer}
            profile.revision = max(profile.revision, revision)
            await self.hold_or_release()

    async def _locked_profile(self, event: ProfileVerified | ProfileNeedsReconnect) -> PublishingProfile:
        await lock_account(self._session)
        profile = await self._repository.profile()
        if profile is None:
            profile = PublishingProfile(
                account_id=event.account_id, revision=0, verified_revision=0, platforms={}, lost={}
            )
            self._repository.add(profile)
        return profile

    async def hold_or_release(self, *, user_id: UUID | None = None) -> Held:
        """Park what may not go out any more, bring back what may again.

        It looks at the state and not at the event, so the order in which events arrive does not matter. The account
        must be locked.
        """
        standing = await self.current()
        held = Held()
        for item in await self._items.lock_with_status(HELD):
            holds = standing.blockers(item)
            if holds and not await self._lifecycle.park(item, holds, user_id=user_id):
                held.on_their_way += 1
            elif holds:
                held.parked += 1
            elif item.status == ItemStatus.PARKED:
                await self._lifecycle.release(item, user_id=user_id)
                held.released += item.status == ItemStatus.QUEUED
                held.missed += item.status == ItemStatus.MISSED
        return held
