from common.auth import Principal
from common.clock import Clock
from common.months import MonthRange
from sqlalchemy.exc import IntegrityError

from content.briefs.errors import BriefExistsError, BriefInUseError, BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.briefs.schemas import BriefCreate, BriefFields
from content.models import MonthlyBrief
from content.read_models.repository import AccountRepository


class AllowedMonths:
    """The months that may be written and generated: what is made for a past month could not be posted in it."""

    def __init__(self, accounts: AccountRepository, clock: Clock, ahead: int) -> None:
        self._accounts = accounts
        self._clock = clock
        self._ahead = ahead

    async def check(self, month: str) -> None:
        """Raise MonthOutOfRangeError for a month that is over in the account's time zone, or beyond the horizon."""
        account = await self._accounts.get()
        timezone = "UTC" if account is None else account.timezone
        MonthRange.ahead(self._clock.now(), timezone, self._ahead).check(month)


class BriefService:
    def __init__(self, briefs: BriefRepository, months: AllowedMonths) -> None:
        self._briefs = briefs
        self._months = months

    async def create(self, principal: Principal, fields: BriefCreate) -> MonthlyBrief:
        """Create a brief. Raises MonthOutOfRangeError, and BriefExistsError: a month has one brief."""
        await self._months.check(fields.month)
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
        """Change a brief; existing posts stay as they are. Raises MonthOutOfRangeError."""
        brief = await self.get(month)
        await self._months.check(month)
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
