from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import ARRAY, Integer, Row, Select, Text, Uuid, any_, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from content.models import ContentItem, PlatformPost

# What every list of posts reads: tables instead of entities, which a session would track, and statements that are built
# once. A session does not flush before it reads tables.
_ITEM, _POST = ContentItem.__table__.c, PlatformPost.__table__.c
_POSTS = (
    select(PlatformPost.__table__)
    # one parameter whatever their number: an IN is another statement for each
    .where(_POST.content_id == any_(bindparam("content_ids", type_=ARRAY(Uuid))), _POST.platform.is_not(None))
    .order_by(_POST.platform, _POST.item_id)
)


@cache
def _page(*, by_month: bool, by_status: bool, continued: bool) -> Select[Any]:
    order = (_ITEM.month, _ITEM.position, _ITEM.id)
    statement = select(ContentItem.__table__).order_by(*order).limit(bindparam("limit", type_=Integer))
    if by_month:
        statement = statement.where(_ITEM.month == bindparam("month"))
    if by_status:
        statement = statement.where(_ITEM.status == bindparam("status"))
    if continued:
        last = (bindparam("after_month", type_=Text), bindparam("after_position", type_=Integer))
        statement = statement.where(tuple_(*order) > tuple_(*last, bindparam("after_id", type_=Uuid)))
    return statement


class ContentRepository(Repository[ContentItem]):
    model = ContentItem

    async def page(
        self, *, month: str | None, status: str | None, after: tuple[str, int, UUID] | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Return rows with the attributes of a ContentItem."""
        statement = _page(by_month=month is not None, by_status=status is not None, continued=after is not None)
        values: dict[str, Any] = {"limit": limit, "month": month, "status": status}
        if after is not None:
            values |= {"after_month": after[0], "after_position": after[1], "after_id": after[2]}
        rows: Sequence[Row[Any]] = (await self.session.execute(statement, values)).all()
        return rows

    async def of_month(self, month: str) -> list[ContentItem]:
        statement = select(ContentItem).where(ContentItem.month == month).order_by(ContentItem.position)
        return list((await self.session.execute(statement)).scalars())

    async def count_of_month(self, month: str) -> int:
        statement = select(func.count()).select_from(ContentItem).where(ContentItem.month == month)
        return int((await self.session.execute(statement)).scalar_one())

    async def next_position(self, month: str) -> int:
        """Return the position after the month's last post. Positions of deleted posts before it are not reused."""
        statement = select(func.coalesce(func.max(ContentItem.position) + 1, 0)).where(ContentItem.month == month)
        return int((await self.session.execute(statement)).scalar_one())


class PlatformPostRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_contents(self, content_ids: Iterable[UUID]) -> Sequence[Row[Any]]:
        """Return the posts whose platform is known, as rows: until an event names it, a post is left out."""
        return (await self._session.execute(_POSTS, {"content_ids": list(content_ids)})).all()

    async def lock(self, item_id: UUID) -> PlatformPost | None:
        statement = select(PlatformPost).where(PlatformPost.item_id == item_id).with_for_update()
        return (await self._session.execute(statement)).scalar_one_or_none()

    def add(self, post: PlatformPost) -> PlatformPost:
        self._session.add(post)
        return post
