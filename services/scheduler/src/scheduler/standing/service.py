from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.models import HELD, ItemStatus
from scheduler.read_models.repository import AccountRepository, ProfileRepository, SubscriptionRepository
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
    """Says what an account may do now, and holds back or releases its items accordingly."""

    def __init__(self, session: AsyncSession, lifecycle: Lifecycle) -> None:
        self._session = session
        self._accounts = AccountRepository(session)
        self._subscriptions = SubscriptionRepository(session)
        self._profiles = ProfileRepository(session)
        self._pauses = StandingRepository(session)
        self._items = ItemRepository(session)
        self._lifecycle = lifecycle

    async def current(self) -> Standing:
        return Standing(
            account=await self._accounts.get(),
            subscription=await self._subscriptions.get(),
            profile=await self._profiles.get(),
            account_pause=await self._pauses.account_pause(),
            operator_pause=await self._pauses.operator_pause(),
        )

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
