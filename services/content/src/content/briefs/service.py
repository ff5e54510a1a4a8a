from common.http import Principal
from sqlalchemy.exc import IntegrityError

from content.briefs.errors import BriefExistsError, BriefInUseError, BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.briefs.schemas import BriefCreate, BriefFields
from content.models import MonthlyBrief


class BriefService:
    def __init__(self, briefs: BriefRepository) -> None:
        self._briefs = briefs

    async def create(self, principal: Principal, wanted: BriefCreate) -> MonthlyBrief:
        """Keep a new brief. Raises BriefExistsError: a month has one."""
        brief = MonthlyBrief(account_id=principal.account_id, **wanted.model_dump())
        try:
            async with self._briefs.session.begin_nested():
                self._briefs.add(brief)
        except IntegrityError:
            raise BriefExistsError(
                f"Change the brief of {wanted.month} instead: PUT /api/briefs/{wanted.month}."
            ) from None
        return brief

    async def get(self, month: str) -> MonthlyBrief:
        brief = await self._briefs.of_month(month)
        if brief is None:
            raise BriefNotFoundError(f"Write one first: POST /api/briefs with the month {month}.")
        return brief

    async def page(self, after: str | None, limit: int) -> list[MonthlyBrief]:
        return await self._briefs.page(after, limit)

    async def replace(self, month: str, wanted: BriefFields) -> MonthlyBrief:
        """Change a brief. Posts that were made from it stay as they are."""
        brief = await self.get(month)
        for name, value in wanted.model_dump().items():
            setattr(brief, name, value)
        await self._briefs.session.flush()
        await self._briefs.session.refresh(brief)
        return brief

    async def delete(self, month: str) -> None:
        brief = await self.get(month)
        if await self._briefs.is_used(brief.id):
            raise BriefInUseError("Delete its posts first.")
        await self._briefs.delete(brief)
