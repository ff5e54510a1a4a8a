from uuid import UUID

from common.database import Repository
from sqlalchemy import exists, select

from content.models import ContentItem, Generation, MonthlyBrief


class BriefRepository(Repository[MonthlyBrief]):
    model = MonthlyBrief

    async def of_month(self, month: str) -> MonthlyBrief | None:
        return (
            await self.session.execute(select(MonthlyBrief).where(MonthlyBrief.month == month))
        ).scalar_one_or_none()

    async def page(self, after: str | None, limit: int) -> list[MonthlyBrief]:
        statement = select(MonthlyBrief).order_by(MonthlyBrief.month.desc()).limit(limit)
        if after is not None:
            statement = statement.where(MonthlyBrief.month < after)
        return list((await self.session.execute(statement)).scalars())

    async def is_used(self, brief_id: UUID) -> bool:
        items = exists().where(ContentItem.monthly_brief_id == brief_id)
        generations = exists().where(Generation.monthly_brief_id == brief_id)
        return bool((await self.session.execute(select(items | generations))).scalar_one())
