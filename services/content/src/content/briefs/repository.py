from uuid import UUID

from common.database import Repository
from sqlalchemy import exists, select

from content.models import UNFINISHED_GENERATION, ContentItem, Generation, MonthlyBrief


class BriefRepository(Repository[MonthlyBrief]):
    model = MonthlyBrief

    async def of_month(self, month: str, *, lock: bool = False) -> MonthlyBrief | None:
        statement = select(MonthlyBrief).where(MonthlyBrief.month == month)
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def page(self, after: str | None, limit: int) -> list[MonthlyBrief]:
        statement = select(MonthlyBrief).order_by(MonthlyBrief.month.desc()).limit(limit)
        if after is not None:
            statement = statement.where(MonthlyBrief.month < after)
        return list((await self.session.execute(statement)).scalars())

    async def has_unfinished_generation(self, month: str) -> bool:
        found = exists().where(Generation.month == month, Generation.status.in_(UNFINISHED_GENERATION))
        return bool((await self.session.execute(select(found))).scalar_one())

    async def has_posts(self, brief_id: UUID) -> bool:
        found = exists().where(ContentItem.monthly_brief_id == brief_id)
        return bool((await self.session.execute(select(found))).scalar_one())
