"""What became of a post on each platform, as scheduler and publisher tell."""

from typing import Any
from uuid import UUID

from common.contracts import FrozenPost

from content.items.repository import ContentRepository, PlatformPostRepository
from content.models import ItemStatus, PlatformPost

# A live post stays live: an event that comes late, or about another attempt, does not take that back.
_FINAL = "PUBLISHED"


class OutcomeService:
    """Applies only newer revisions: of the schedule item for its times, of the delivery for its outcome."""

    def __init__(self, items: ContentRepository, posts: PlatformPostRepository) -> None:
        self._items = items
        self._posts = posts

    async def scheduled(self, account_id: UUID, frozen: FrozenPost) -> None:
        await self._keep_schedule(
            account_id,
            frozen.item_id,
            frozen.content_id,
            frozen.revision,
            platform=frozen.payload.platform,
            status="SCHEDULED",
            scheduled_for=frozen.scheduled_for,
            message=None,
        )

    async def not_going_out(
        self, account_id: UUID, item_id: UUID, content_id: UUID, revision: int, *, status: str, message: str
    ) -> None:
        await self._keep_schedule(account_id, item_id, content_id, revision, status=status, message=message)

    async def _keep_schedule(
        self, account_id: UUID, item_id: UUID, content_id: UUID, revision: int, **values: Any
    ) -> None:
        post = await self._post(account_id, item_id, content_id)
        if revision > post.item_revision:
            post.item_revision = revision
            if "platform" in values:
                post.platform = values["platform"]
            if post.delivery_revision == 0:
                for name, value in values.items():
                    setattr(post, name, value)
        await self._settle(content_id)

    async def delivered(
        self, account_id: UUID, item_id: UUID, content_id: UUID, revision: int, *, platform: str, **values: Any
    ) -> None:
        """Keep an outcome: ``status``, ``post_url``, ``message``."""
        post = await self._post(account_id, item_id, content_id)
        post.platform = platform
        if revision > post.delivery_revision and post.status != _FINAL:
            post.delivery_revision = revision
            for name, value in values.items():
                setattr(post, name, value)
        await self._settle(content_id)

    async def _post(self, account_id: UUID, item_id: UUID, content_id: UUID) -> PlatformPost:
        # the content item's lock makes one thing of its posts, which come through two queues
        await self._items.lock(content_id)
        post = await self._posts.lock(item_id)
        return post or self._posts.add(
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

    async def _settle(self, content_id: UUID) -> None:
        """Let the item's own status follow from its platforms; an approval that was withdrawn stays withdrawn."""
        await self._items.session.flush()
        item = await self._items.get(content_id)
        if item is None or item.status == ItemStatus.PUBLISHED:
            return
        statuses = {post.status for post in await self._posts.of_contents([content_id])}
        if _FINAL in statuses:
            item.status = ItemStatus.PUBLISHED
        elif item.status in {ItemStatus.APPROVED, ItemStatus.SCHEDULED}:
            waiting = statuses & {"SCHEDULED", "UNKNOWN"}
            item.status = ItemStatus.SCHEDULED if waiting else ItemStatus.APPROVED
