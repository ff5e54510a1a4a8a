from common.database import Repository
from sqlalchemy import select

from content.models import MonthlyBrief


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
