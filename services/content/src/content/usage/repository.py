from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.database import Repository, account_of
from sqlalchemy import Integer, case, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession

from content.models import (
    UNFINISHED_GENERATION,
    BrandProfile,
    Generation,
    ModelCallDay,
    PlanTerms,
    Subscription,
    UsageEntry,
)
from content.usage.rules import Activity, Amounts, Kind


class UsageRepository(Repository[UsageEntry]):
    model = UsageEntry

    async def lock_subscription(self) -> Subscription | None:
        """Return the account's subscription, locked until the end of the transaction.

        Concurrent requests of an account take turns here, so that each sees what the others have reserved.
        """
        statement = select(Subscription).with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def terms(self) -> Sequence[PlanTerms]:
        return (await self.session.execute(select(PlanTerms).order_by(PlanTerms.revision))).scalars().all()

    async def uses(self, starts: Sequence[datetime]) -> list[dict[Kind, tuple[int, int]]]:
        """Return what was used and is reserved in each of the periods that begin at ``starts``."""
        kinds = list(Kind)
        number = func.width_bucket(UsageEntry.created_at, literal(list(starts), ARRAY(TIMESTAMP(timezone=True))))
        sums = []
        for kind in kinds:
            used, reserved = getattr(UsageEntry, f"used_{kind}"), getattr(UsageEntry, f"reserved_{kind}")
            held = case((UsageEntry.settled_at.is_(None), func.greatest(reserved - used, 0)), else_=0)
            sums += [func.sum(used), func.sum(held)]
        statement = (
            select(number.cast(Integer).label("number"), *sums)
            .where(UsageEntry.created_at >= starts[0])
            .group_by("number")
        )
        result: list[dict[Kind, tuple[int, int]]] = [{} for _ in starts]
        for row in await self.session.execute(statement):
            values = [int(value) for value in row[1:]]
            result[row[0] - 1] = {kind: (values[2 * i], values[2 * i + 1]) for i, kind in enumerate(kinds)}
        return result

    async def nth_latest(self, activities: Sequence[Activity], number: int, since: datetime) -> datetime | None:
        """Return when the ``number``-th latest entry after ``since`` was made; None if there are fewer."""
        statement = (
            select(UsageEntry.created_at)
            .where(UsageEntry.activity.in_(activities), UsageEntry.created_at > since)
            .order_by(UsageEntry.created_at.desc())
            .offset(number - 1)
            .limit(1)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def insert(self, **values: Any) -> None:
        self.add(UsageEntry(account_id=account_of(self.session), **values))
        await self.session.flush()

    async def use(self, work_id: UUID, amounts: Amounts) -> bool:
        """Record what the work has used, in its newest entry: one that has expired meanwhile counts as well.

        Returns whether it has an entry.
        """
        newest = (
            select(UsageEntry.id)
            .where(UsageEntry.work_id == work_id)
            .order_by(UsageEntry.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        values = {f"used_{kind}": getattr(UsageEntry, f"used_{kind}") + count for kind, count in amounts.items()}
        used = (
            update(UsageEntry)
            .where(UsageEntry.id == newest)
            .values(values)
            .returning(UsageEntry.id)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(used)).scalar_one_or_none() is not None

    async def settle(self, work_id: UUID, now: datetime) -> None:
        """Return what the work has reserved and not used. Without effect if that has been done."""
        await self.session.execute(
            update(UsageEntry)
            .where(UsageEntry.work_id == work_id, UsageEntry.settled_at.is_(None))
            .values(settled_at=now, due_at=None)
            .execution_options(synchronize_session=False)
        )

    async def is_running(self, work_id: UUID) -> bool:
        """Return whether background work of this id has not finished. The work of a request is over at its expiry."""
        generation = exists().where(Generation.id == work_id, Generation.status.in_(UNFINISHED_GENERATION))
        reading = exists().where(BrandProfile.id == work_id, BrandProfile.due_at.is_not(None))
        return bool((await self.session.execute(select(or_(generation, reading)))).scalar_one())


class ModelCallRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def calls(self, day: date) -> int:
        found = await self._session.execute(select(ModelCallDay.calls).where(ModelCallDay.day == day))
        return found.scalar_one_or_none() or 0

    async def count(self, day: date, budget: int) -> int | None:
        """Count a call and return the number of the day's calls; None, uncounted, if the budget is spent.

        One statement checks and counts, so concurrent calls of all replicas never exceed the budget.
        """
        if budget <= 0:
            return None
        statement = insert(ModelCallDay).values(day=day, calls=1)
        counted = statement.on_conflict_do_update(
            index_elements=[ModelCallDay.day], set_={"calls": ModelCallDay.calls + 1}, where=ModelCallDay.calls < budget
        ).returning(ModelCallDay.calls)
        return (await self._session.execute(counted)).scalar_one_or_none()
