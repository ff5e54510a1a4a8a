from collections.abc import Iterable
from uuid import UUID

from common.database import Repository
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from content.models import ContentItem, PlatformPost


class ContentRepository(Repository[ContentItem]):
    model = ContentItem

    async def page(
        self, *, month: str | None, status: str | None, after: tuple[str, int, UUID] | None, limit: int
    ) -> list[ContentItem]:
        statement = select(ContentItem).order_by(ContentItem.month, ContentItem.position, ContentItem.id).limit(limit)
        if month is not None:
            statement = statement.where(ContentItem.month == month)
        if status is not None:
            statement = statement.where(ContentItem.status == status)
        if after is not None:
            statement = statement.where(tuple_(ContentItem.month, ContentItem.position, ContentItem.id) > after)
        return list((await self.session.execute(statement)).scalars())

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

    async def of_contents(self, content_ids: Iterable[UUID]) -> list[PlatformPost]:
        """Return the posts whose platform is known: until an event names it, a row is left out."""
        statement = (
            select(PlatformPost)
            .where(PlatformPost.content_id.in_(list(content_ids)), PlatformPost.platform.is_not(None))
            .order_by(PlatformPost.platform, PlatformPost.item_id)
        )
        return list((await self._session.execute(statement)).scalars())

    async def lock(self, item_id: UUID) -> PlatformPost | None:
        statement = select(PlatformPost).where(PlatformPost.item_id == item_id).with_for_update()
        return (await self._session.execute(statement)).scalar_one_or_none()

    def add(self, post: PlatformPost) -> PlatformPost:
        self._session.add(post)
        return post
