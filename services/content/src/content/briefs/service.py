from common.auth import Principal
from sqlalchemy.exc import IntegrityError

from content.briefs.errors import BriefExistsError, BriefInUseError, BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.briefs.schemas import BriefCreate, BriefFields
from content.generations.repository import GenerationRepository
from content.items.repository import ContentRepository
from content.models import MonthlyBrief


class BriefService:
    def __init__(self, briefs: BriefRepository, items: ContentRepository, generations: GenerationRepository) -> None:
        self._briefs = briefs
        self._items = items
        self._generations = generations

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
        return _found(await self._briefs.of_month(month), month)

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
        """Delete a brief, and with it the record of its generations. Raises BriefInUseError while it has posts."""
        brief = _found(await self._briefs.of_month(month, lock=True), month)
        if await self._generations.under_way(month):
            raise BriefInUseError("Its posts are being made. Wait for them.")
        if await self._items.exist_for(brief.id):
            raise BriefInUseError("Delete its posts first.")
        await self._briefs.delete(brief)


def _found(brief: MonthlyBrief | None, month: str) -> MonthlyBrief:
    if brief is None:
        raise BriefNotFoundError(f"Write one first: POST /api/briefs with the month {month}.")
    return brief
