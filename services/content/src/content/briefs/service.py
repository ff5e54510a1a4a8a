from common.auth import Principal
from sqlalchemy.exc import IntegrityError

from content.briefs.errors import BriefExistsError, BriefInUseError, BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.briefs.schemas import BriefCreate, BriefFields
from content.models import MonthlyBrief


class BriefService:
    def __init__(self, briefs: BriefRepository) -> None:
        self._briefs = briefs

    async def create(self, principal: Principal, fields: BriefCreate) -> MonthlyBrief:
        """Create a brief. Raises BriefExistsError: a month has one brief."""
        brief = MonthlyBrief(account_id=principal.account_id, **fields.model_dump())
        try:
            async with self._briefs.session.begin_nested():
                self._briefs.add(brief)
        except IntegrityError:
            raise BriefExistsError(
                f"Change the brief of {fields.month} instead: PUT /api/briefs/{fields.month}."
            ) from None
        return brief

    async def get(self, month: str) -> MonthlyBrief:
        return _found(await self._briefs.of_month(month), month)

    async def page(self, after: str | None, limit: int) -> list[MonthlyBrief]:
        return await self._briefs.page(after, limit)

    async def replace(self, month: str, fields: BriefFields) -> MonthlyBrief:
        """Change a brief; existing posts stay as they are."""
        brief = await self.get(month)
        for name, value in fields.model_dump().items():
            setattr(brief, name, value)
        await self._briefs.session.flush()
        await self._briefs.session.refresh(brief)
        return brief

    async def delete(self, month: str) -> None:
        """Delete a brief and its generations.

        Raises BriefInUseError while it has posts or a generation of its month is unfinished.
        """
        brief = _found(await self._briefs.of_month(month, lock=True), month)
        if await self._briefs.has_unfinished_generation(month):
            raise BriefInUseError("Its posts are being generated. Wait until the generation has finished.")
        if await self._briefs.has_posts(brief.id):
            raise BriefInUseError("Delete its posts first.")
        await self._briefs.delete(brief)


def _found(brief: MonthlyBrief | None, month: str) -> MonthlyBrief:
    if brief is None:
        raise BriefNotFoundError(f"Create one first: POST /api/briefs with the month {month}.")
    return brief
