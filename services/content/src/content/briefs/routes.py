from typing import Annotated

from common.auth import Permission, Principal
from common.http import Page, PageQuery, Router, requires
from fastapi import status

from content.briefs.schemas import BriefCreate, BriefFields, BriefOut, Month
from content.dependencies import FactoryDep

router = Router(prefix="/api/briefs", tags=["Briefs"])

Writer = Annotated[Principal, requires(Permission.BRIEF_WRITE)]
readers = [requires(Permission.BRIEF_READ)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_brief(wanted: BriefCreate, principal: Writer, factory: FactoryDep) -> BriefOut:
    """Write the brief of a month."""
    return BriefOut.of(await factory.briefs().create(principal, wanted))


@router.get("", dependencies=readers)
async def list_briefs(factory: FactoryDep, page: PageQuery) -> Page[BriefOut]:
    """List briefs, the latest month first."""
    after = page.after(str)
    rows = await factory.briefs().page(None if after is None else after[0], page.fetch)
    return Page.of(rows, page, item=BriefOut.of, key=lambda brief: (brief.month,))


@router.get("/{month}", dependencies=readers)
async def get_brief(month: Month, factory: FactoryDep) -> BriefOut:
    """Return the brief of a month."""
    return BriefOut.of(await factory.briefs().get(month))


@router.put("/{month}")
async def replace_brief(month: Month, wanted: BriefFields, _principal: Writer, factory: FactoryDep) -> BriefOut:
    """Change the brief of a month; posts that were made from it stay as they are."""
    return BriefOut.of(await factory.briefs().replace(month, wanted))


@router.delete("/{month}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_brief(month: Month, _principal: Writer, factory: FactoryDep) -> None:
    """Delete a brief that no posts were made from."""
    await factory.briefs().delete(month)
