"""Which posts have pictures in the bucket, and when unused ones are removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock

from content.models import PostPictures
from content.pictures.errors import PicturesBusyError
from content.pictures.repository import PicturesRepository
from content.pictures.rules import unused_keys, used_urls


@dataclass(frozen=True)
class Removal:
    """Pictures that are removed now. Until ``finish`` none may be stored for the post."""

    keys: list[str]
    changed_at: datetime
    certain: bool = True
    """Whether the pictures of all posts on platforms are known. If not, none is removed yet."""


class PictureService:
    def __init__(self, pictures: PicturesRepository, clock: Clock, grace: timedelta) -> None:
        self._pictures = pictures
        self._clock = clock
        self._grace = grace

    async def storing(self, month: str, content_ids: Iterable[UUID]) -> None:
        """Announce pictures of these posts, in a transaction that commits before they are stored.

        Keys are derived from the content: without the announcement, an old picture could be removed just when the same
        is stored again. Raises PicturesBusyError while old pictures of such a post are being removed.
        """
        if await self._touch(month, content_ids):
            raise PicturesBusyError("Try again in a few seconds.", retry_after=5)

    async def released(self, month: str, content_id: UUID) -> None:
        """Look for unused pictures after the grace time: the post does not use them any more, or was deleted."""
        await self._touch(month, [content_id])

    async def of_post(self, content_id: UUID) -> PostPictures | None:
        """Return the post's row, locked: the events of a deleted post take turns here."""
        return await self._pictures.lock(content_id)

    async def claimed(self, content_id: UUID, lease: UUID) -> PostPictures | None:
        """Return the row, locked; None if it has been taken from the job."""
        row = await self._pictures.lock(content_id)
        return None if row is None or row.lease_owner != lease else row

    async def begin(self, content_id: UUID, lease: UUID, keys: Sequence[str]) -> Removal | None:
        """Mark the unused ones of the stored ``keys`` for removal; None if the row has been taken from the job."""
        row = await self.claimed(content_id, lease)
        if row is None:
            return None
        urls = used_urls(await self._pictures.item(content_id), await self._pictures.platform_posts(content_id))
        unused = [] if urls is None else unused_keys(keys, urls)
        row.removing = bool(unused)
        return Removal(unused, row.changed_at, certain=urls is not None)

    async def finish(self, content_id: UUID, removal: Removal, *, left: int) -> bool:
        """Allow pictures to be stored again. Returns whether nothing changed meanwhile, so that the row is done.

        ``left``: the number of stored pictures of the post. The row of a deleted post without any is deleted.
        """
        row = await self._pictures.lock(content_id)
        if row is None:
            return True
        row.removing = False
        if row.changed_at > removal.changed_at:
            return False
        if left == 0 and await self._pictures.item(content_id) is None:
            await self._pictures.forget(row)
        return True

    async def _touch(self, month: str, content_ids: Iterable[UUID]) -> bool:
        now = self._clock.now()
        return await self._pictures.touch(month, content_ids, now=now, due_at=now + self._grace)
