from typing import Annotated

from common.auth import Permission, Principal
from common.http import Page, PageQuery, Router, raises, requires
from common.months import MonthOutOfRangeError
from fastapi import Path, status

from content.briefs.errors import BriefExistsError, BriefInUseError, BriefNotFoundError
from content.briefs.schemas import BriefCreate, BriefFields, BriefOut, Month
from content.dependencies import FactoryDep

router = Router(prefix="/api/briefs", tags=["Briefs"])

BriefMonth = Annotated[Month, Path(description="The month of the brief, `YYYY-MM`.")]
Writer = Annotated[Principal, requires(Permission.BRIEF_WRITE)]
readers = [requires(Permission.BRIEF_READ)]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[raises(BriefExistsError, MonthOutOfRangeError)],
    summary="Create a brief",
)
async def create_brief(brief: BriefCreate, principal: Writer, factory: FactoryDep) -> BriefOut:
    """Create the brief of a month: the present one, in the account's time zone, or a later one."""
    return BriefOut.of(await factory.briefs().create(principal, brief))


@router.get("", dependencies=[*readers, raises()], summary="List briefs")
async def list_briefs(factory: FactoryDep, page: PageQuery) -> Page[BriefOut]:
    """List briefs, latest month first."""
    after = page.after(str)
    rows = await factory.briefs().page(None if after is None else after[0], page.fetch)
    return Page.of(rows, page, item=BriefOut.of, key=lambda brief: (brief.month,))


@router.get("/{month}", dependencies=[*readers, raises(BriefNotFoundError)], summary="Get a brief")
async def get_brief(month: BriefMonth, factory: FactoryDep) -> BriefOut:
    """Return the brief of a month."""
    return BriefOut.of(await factory.briefs().get(month))


@router.put("/{month}", dependencies=[raises(BriefNotFoundError, MonthOutOfRangeError)], summary="Replace a brief")
async def replace_brief(month: BriefMonth, brief: BriefFields, _principal: Writer, factory: FactoryDep) -> BriefOut:
    """Replace the brief of a month. Existing posts do not change."""
    return BriefOut.of(await factory.briefs().replace(month, brief))


@router.delete(
    "/{month}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[raises(BriefNotFoundError, BriefInUseError)],
    summary="Delete a brief",
)
async def delete_brief(month: BriefMonth, _principal: Writer, factory: FactoryDep) -> None:
    """Delete a brief and the record of its generation runs. Refused while its month has posts or is being generated."""
    await factory.briefs().delete(month)
