from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from common.database import Repository, account_of
from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert

from content.models import ContentItem, PlatformPost, PostPictures


class PicturesRepository(Repository[PostPictures]):
    model = PostPictures

    async def touch(self, month: str, content_ids: Iterable[UUID], *, now: datetime, due_at: datetime) -> bool:
        """Look for unused pictures of these posts at ``due_at``. Returns whether any are being removed now.

        It takes the row from a job that has not begun to remove; one that has begun sees `changed_at`.
        """
        rows = [
            {
                "id": content_id,
                "account_id": account_of(self.session),
                "month": month,
                "removing": False,
                "changed_at": now,
                "due_at": due_at,
                "attempts": 0,
            }
            for content_id in sorted(content_ids)  # a fixed order: two transactions can't deadlock
        ]
        if not rows:
            return False
        statement = insert(PostPictures).values(rows)
        removing, given = PostPictures.removing, statement.excluded
        touched = statement.on_conflict_do_update(
            index_elements=[PostPictures.id],
            set_={
                "changed_at": given.changed_at,
                "due_at": case((removing, PostPictures.due_at), else_=given.due_at),
                "lease_owner": case((removing, PostPictures.lease_owner), else_=None),
            },
        ).returning(removing)
        return any((await self.session.execute(touched)).scalars())

    async def item(self, content_id: UUID) -> ContentItem | None:
        return await self.session.get(ContentItem, content_id)

    async def platform_posts(self, content_id: UUID) -> list[PlatformPost]:
        """Return all posts of the content on platforms, also those of which little is known yet."""
        statement = select(PlatformPost).where(PlatformPost.content_id == content_id)
        return list((await self.session.execute(statement)).scalars())

    async def forget(self, pictures: PostPictures) -> None:
        """Delete the row of a deleted post that has no picture left, and its posts on platforms."""
        await self.session.execute(delete(PlatformPost).where(PlatformPost.content_id == pictures.id))
        await self.session.delete(pictures)
