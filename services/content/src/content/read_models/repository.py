from datetime import datetime

from common.clock import Clock
from common.database import ReadModelRepository, account_of
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from content.models import Account, PlanTerms, Subscription


class AccountRepository(ReadModelRepository[Account]):
    model = Account


class SubscriptionRepository(ReadModelRepository[Subscription]):
    model = Subscription


class PlanTermsRepository:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def add(
        self,
        *,
        revision: int,
        effective_at: datetime,
        generation: bool,
        posts_per_month: int,
        period_ends_at: datetime | None,
    ) -> None:
        """Store the terms of a revision. Each is stored once, in whatever order the events arrive (E4)."""
        statement = insert(PlanTerms).values(
            account_id=account_of(self._session),
            revision=revision,
            # the clocks of two services differ, and a time in the future would move until it is reached
            effective_at=min(effective_at, self._clock.now()),
            generation=generation,
            posts_per_month=posts_per_month,
            period_ends_at=period_ends_at,
        )
        await self._session.execute(statement.on_conflict_do_nothing())
