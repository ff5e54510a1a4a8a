"""What became of a post on each platform, as scheduler and publisher tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pulseworks_contracts import FrozenPost, Platform, PostConfirmedData, PostUnansweredData

from content.items.repository import ContentRepository, PlatformPostRepository
from content.models import ContentItem, ItemStatus, PlatformPost

# A live post stays live: an event that comes late, or about another attempt, does not take that back.
_FINAL = "PUBLISHED"
_CANCELLED, _UNKNOWN = "CANCELLED", "UNKNOWN"


class OutcomeService:
    """Applies only newer revisions: of the schedule item for its times, of the delivery for its outcome.

    Once a delivery has spoken, the schedule item no longer does. The exception: an item whose outcome is unknown is
    cancelled only by a person, who has looked and says that it is not live.
    """

    def __init__(self, items: ContentRepository, posts: PlatformPostRepository) -> None:
        self._items = items
        self._posts = posts

    async def scheduled(self, account_id: UUID, frozen: FrozenPost) -> None:
        found = await self._post(account_id, frozen.item_id, frozen.content_id)
        if found is None:
            return
        item, post = found
        # the platform never changes: even an event that comes late is the first to name it
        post.platform = frozen.payload.platform
        _keep_schedule(post, frozen.revision, "SCHEDULED", scheduled_for=frozen.scheduled_for)
        await self._settle(item)

    async def not_going_out(
        self, account_id: UUID, item_id: UUID, content_id: UUID, revision: int, *, status: str, message: str
    ) -> None:
        found = await self._post(account_id, item_id, content_id)
        if found is None:
            return
        item, post = found
        _keep_schedule(post, revision, status, message=message)
        await self._settle(item)

    async def unanswered(self, account_id: UUID, data: PostUnansweredData) -> None:
        found = await self._post(account_id, data.item_id, data.content_id)
        if found is None:
            return
        item, post = found
        post.platform = data.platform
        _keep_schedule(post, data.revision, "UNKNOWN", message=data.message)
        await self._settle(item)

    async def confirmed(self, account_id: UUID, data: PostConfirmedData) -> None:
        """Keep a person's word that the post is live, whatever a delivery has said."""
        found = await self._post(account_id, data.item_id, data.content_id)
        if found is None:
            return
        item, post = found
        post.platform = data.platform
        post.item_revision = max(post.item_revision, data.revision)
        post.status, post.message = _FINAL, None
        post.post_url = post.post_url or data.post_url
        await self._settle(item)

    async def delivered(
        self, account_id: UUID, item_id: UUID, content_id: UUID, revision: int, *, platform: Platform, **values: Any
    ) -> None:
        """Keep an outcome: ``status``, ``post_url``, ``message``."""
        found = await self._post(account_id, item_id, content_id)
        if found is None:
            return
        item, post = found
        post.platform = platform
        if revision > post.delivery_revision and post.status != _FINAL:
            post.delivery_revision = revision
            if (post.status, values["status"]) != (_CANCELLED, _UNKNOWN):
                for name, value in values.items():
                    setattr(post, name, value)
        await self._settle(item)

    async def _post(self, account_id: UUID, item_id: UUID, content_id: UUID) -> tuple[ContentItem, PlatformPost] | None:
        """Return the content item, locked, and its post; None when it was deleted and nobody will look."""
        # the content item's lock makes one thing of its posts, which come through two queues
        item = await self._items.lock(content_id)
        if item is None:
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
                status="SCHEDULED",
            )
        )

    async def _settle(self, item: ContentItem) -> None:
        """Let the item's own status follow from its platforms; an approval that was withdrawn stays withdrawn."""
        await self._items.session.flush()
        if item.status == ItemStatus.PUBLISHED:
            return
        statuses = {post.status for post in await self._posts.of_contents([item.id])}
        if _FINAL in statuses:
            item.status = ItemStatus.PUBLISHED
        elif item.status in {ItemStatus.APPROVED, ItemStatus.SCHEDULED}:
            waiting = statuses & {"SCHEDULED", "UNKNOWN"}
            item.status = ItemStatus.SCHEDULED if waiting else ItemStatus.APPROVED


def _keep_schedule(
    post: PlatformPost, revision: int, status: str, *, scheduled_for: datetime | None = None, message: str | None = None
) -> None:
    # the time is worth knowing however late it comes; an older one never replaces a newer one
    if revision > post.item_revision or post.scheduled_for is None:
        post.scheduled_for = scheduled_for or post.scheduled_for
    if revision <= post.item_revision:
        return
    post.item_revision = revision
    looked = (post.status, status) == (_UNKNOWN, _CANCELLED)
    if post.status != _FINAL and (post.delivery_revision == 0 or looked):
        post.status = status
        post.message = message
