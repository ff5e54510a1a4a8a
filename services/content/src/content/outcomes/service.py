"""The state of a post on each platform, from scheduler's and publisher's events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pulseworks_contracts import (
    FrozenPost,
    PostConfirmedData,
    PostFailedData,
    PostOutcomeUnknownData,
    PostPublishedData,
    PostUnansweredData,
)

from content.items.repository import ContentRepository, PlatformPostRepository
from content.models import APPROVED, ContentItem, ItemStatus, PlatformPost, PlatformPostStatus
from content.pictures.rules import RELEASED
from content.pictures.service import PictureService

# A live post stays live: a late event, or one of another attempt, does not change that.
_FINAL = PlatformPostStatus.PUBLISHED
_PENDING = {PlatformPostStatus.SCHEDULED, PlatformPostStatus.UNKNOWN}


class OutcomeService:
    """Applies only newer revisions: the schedule item's for the time, the delivery's for the outcome.

    After the first event of a delivery, the schedule item no longer sets the status. One exception: if the outcome is
    unknown, a cancellation means that a person has checked that the post is not live.
    """

    def __init__(self, items: ContentRepository, posts: PlatformPostRepository, pictures: PictureService) -> None:
        self._items = items
        self._posts = posts
        self._pictures = pictures

    async def scheduled(self, account_id: UUID, frozen: FrozenPost) -> None:
        found = await self._find(account_id, frozen.item_id, frozen.content_id)
        if found is None:
            return
        item, post = found
        # The platform never changes, so a late event may be the first to name it.
        post.platform = frozen.payload.platform
        post.media_urls = [str(media.url) for media in frozen.payload.media]
        _apply_schedule(post, frozen.revision, PlatformPostStatus.SCHEDULED, scheduled_for=frozen.scheduled_for)
        await self._update_status(item)

    async def not_sent(
        self,
        account_id: UUID,
        item_id: UUID,
        content_id: UUID,
        revision: int,
        *,
        status: PlatformPostStatus,
        message: str,
    ) -> None:
        """Apply a cancelled, parked or missed schedule item."""
        found = await self._find(account_id, item_id, content_id)
        if found is None:
            return
        item, post = found
        _apply_schedule(post, revision, status, message=message)
        await self._update_status(item)
        pictures = await self._pictures.of_post(content_id)
        if pictures is not None and post.status in RELEASED:
            await self._pictures.released(pictures.month, content_id)

    async def unanswered(self, account_id: UUID, data: PostUnansweredData) -> None:
        found = await self._find(account_id, data.item_id, data.content_id)
        if found is None:
            return
        item, post = found
        post.platform = data.platform
        _apply_schedule(post, data.revision, PlatformPostStatus.UNKNOWN, message=data.message)
        await self._update_status(item)

    async def confirmed(self, account_id: UUID, data: PostConfirmedData) -> None:
        """Apply a person's confirmation that the post is live; it overrides any delivery's outcome."""
        found = await self._find(account_id, data.item_id, data.content_id)
        if found is None:
            return
        item, post = found
        post.platform = data.platform
        post.item_revision = max(post.item_revision, data.revision)
        post.status, post.message = _FINAL, None
        post.post_url = post.post_url or data.post_url
        await self._update_status(item)

    async def delivered(
        self,
        account_id: UUID,
        data: PostPublishedData | PostFailedData | PostOutcomeUnknownData,
        *,
        status: PlatformPostStatus,
        **values: Any,
    ) -> None:
        """Apply a delivery's outcome; ``values`` are further columns of the post."""
        found = await self._find(account_id, data.item_id, data.content_id)
        if found is None:
            return
        item, post = found
        post.platform = data.platform
        if data.revision > post.delivery_revision and post.status != _FINAL:
            post.delivery_revision = data.revision
            # a person has already checked an unknown outcome and cancelled
            if (post.status, status) != (PlatformPostStatus.CANCELLED, PlatformPostStatus.UNKNOWN):
                post.status = status
                for name, value in values.items():
                    setattr(post, name, value)
        await self._update_status(item)

    async def _find(
        self, account_id: UUID, item_id: UUID, content_id: UUID
    ) -> tuple[ContentItem | None, PlatformPost] | None:
        """Return the content item, locked, and its post.

        The item is None after its deletion; its posts are followed on, because they may use its pictures. Returns None
        when these are gone too.
        """
        # One of these locks serializes the events of its posts, which arrive through two queues.
        item = await self._items.lock(content_id)
        if item is None and await self._pictures.of_post(content_id) is None:
            return None
        post = await self._posts.lock(item_id)
        return item, post or self._posts.add(
            PlatformPost(
                account_id=account_id,
                content_id=content_id,
                item_id=item_id,
                platform=None,
                item_revision=0,
                delivery_revision=0,
                status=PlatformPostStatus.SCHEDULED,
            )
        )

    async def _update_status(self, item: ContentItem | None) -> None:
        """Derive the item's status from its platforms; a withdrawn approval stays withdrawn."""
        await self._items.session.flush()
        if item is None or item.status == ItemStatus.PUBLISHED:
            return
        statuses = {post.status for post in await self._posts.of_contents([item.id])}
        if _FINAL in statuses:
            item.status = ItemStatus.PUBLISHED
        elif item.status in APPROVED:
            item.status = ItemStatus.SCHEDULED if statuses & _PENDING else ItemStatus.APPROVED


def _apply_schedule(
    post: PlatformPost,
    revision: int,
    status: PlatformPostStatus,
    *,
    scheduled_for: datetime | None = None,
    message: str | None = None,
) -> None:
    # A late event may be the first with a time; an older time never replaces a newer one.
    if revision > post.item_revision or post.scheduled_for is None:
        post.scheduled_for = scheduled_for or post.scheduled_for
    if revision <= post.item_revision:
        return
    post.item_revision = revision
    checked = (post.status, status) == (PlatformPostStatus.UNKNOWN, PlatformPostStatus.CANCELLED)
    if post.status != _FINAL and (post.delivery_revision == 0 or checked):
        post.status = status
        post.message = message
