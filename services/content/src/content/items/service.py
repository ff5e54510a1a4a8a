"""Drafts, and the approval that is bound to the hash of exactly what will be posted."""

from typing import Any, Literal
from uuid import UUID

from common.clock import Clock
from common.contracts import (
    AuditRecorded,
    AuditRecordedData,
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
)
from common.http import Permission, Principal
from common.messaging import outbox

from content.items.errors import (
    AlreadyApprovedError,
    ApprovedByOthersError,
    ContentChangedError,
    ContentNotFoundError,
    ContentPublishedError,
    NotApprovedError,
    PlatformRulesError,
)
from content.items.payloads import hash_of, payloads_of, problems_of
from content.items.repository import ContentRepository, PlatformPostRepository
from content.media.schemas import StoredImage
from content.models import ContentItem, ItemStatus, PlatformPost

APPROVED = (ItemStatus.APPROVED, ItemStatus.SCHEDULED)


class ContentService:
    def __init__(
        self, items: ContentRepository, posts: PlatformPostRepository, clock: Clock, *, instagram_hashtags: int
    ) -> None:
        self._items = items
        self._posts = posts
        self._session = items.session
        self._clock = clock
        self._instagram_hashtags = instagram_hashtags

    async def get(self, content_id: UUID) -> ContentItem:
        item = await self._items.get(content_id)
        if item is None:
            raise ContentNotFoundError(f"There is no post {content_id} in this account.")
        return item

    async def posts_of(self, items: list[ContentItem]) -> list[PlatformPost]:
        return await self._posts.of_contents(item.id for item in items)

    async def page(
        self, *, month: str | None, status: str | None, after: tuple[str, int, UUID] | None, limit: int
    ) -> list[ContentItem]:
        return await self._items.page(month=month, status=status, after=after, limit=limit)

    async def edit(
        self,
        principal: Principal,
        content_id: UUID,
        *,
        revision: int | None,
        changes: dict[str, Any],
        image: StoredImage | None,
    ) -> ContentItem:
        """Change a post; an approval is withdrawn by that.

        Raises ContentChangedError when ``revision`` is not the present one, ContentPublishedError for a live post,
        PlatformRulesError when a platform would refuse the result.
        """
        item = await self._changeable(content_id)
        self._check_right(principal, item)
        if revision is not None and revision != item.revision:
            raise ContentChangedError(f"You saw revision {revision}, it is {item.revision} now. Load it again.")
        before = item.content_hash
        for name, value in changes.items():
            setattr(item, name, value)
        if image is not None:
            item.media = image.model_dump()
        self._check_rules(item)
        was_approved = item.status in APPROVED
        item.content_hash = hash_of(principal.account_id, item)
        item.revision += 1
        item.edit_count += 1
        if was_approved and item.content_hash != before:
            await self._withdraw(item, "edited")
        await self._record("CONTENT_EDITED", item, principal, fields=sorted(changes))
        return await self._saved(item)

    async def approve(self, principal: Principal, content_id: UUID, content_hash: str) -> ContentItem:
        """Approve exactly what ``content_hash`` names. Raises ContentChangedError when there is something else now."""
        item = await self._changeable(content_id)
        if item.content_hash != content_hash:
            raise ContentChangedError("Look at it again, then approve it.", extra={"content_hash": item.content_hash})
        if item.status in APPROVED:
            raise AlreadyApprovedError("Nothing is left to do.")
        self._check_rules(item)
        item.status = ItemStatus.APPROVED
        item.revision += 1
        item.approved_by = principal.user_id
        item.approved_at = self._clock.now()
        approved = ContentApprovedData(
            content_id=item.id,
            revision=item.revision,
            month=item.month,
            title=item.title,
            content_hash=item.content_hash,
            payloads=payloads_of(item),
            approved_by=principal.user_id,
            approved_at=item.approved_at,
        )
        await outbox.add(
            self._session, ContentApproved(account_id=principal.account_id, subject=str(item.id), data=approved)
        )
        await self._record("CONTENT_APPROVED", item, principal)
        return await self._saved(item)

    async def withdraw(self, principal: Principal, content_id: UUID) -> ContentItem:
        """Take an approval back; what is scheduled from it is cancelled. Raises NotApprovedError."""
        item = await self._changeable(content_id)
        if item.status not in APPROVED:
            raise NotApprovedError("Only an approved post can be withdrawn.")
        item.revision += 1
        await self._withdraw(item, "withdrawn")
        await self._record("CONTENT_APPROVAL_WITHDRAWN", item, principal)
        return await self._saved(item)

    async def delete(self, principal: Principal, content_id: UUID) -> None:
        """Delete a post that is not live; what is scheduled from it is cancelled."""
        item = await self._changeable(content_id)
        self._check_right(principal, item)
        deleted = ContentDeletedData(content_id=item.id, revision=item.revision + 1)
        await outbox.add(
            self._session, ContentDeleted(account_id=principal.account_id, subject=str(item.id), data=deleted)
        )
        await self._record("CONTENT_DELETED", item, principal)
        await self._items.delete(item)

    async def _changeable(self, content_id: UUID) -> ContentItem:
        item = await self._items.lock(content_id)
        if item is None:
            raise ContentNotFoundError(f"There is no post {content_id} in this account.")
        if item.status == ItemStatus.PUBLISHED:
            raise ContentPublishedError("Write a new post instead.")
        return item

    def _check_right(self, principal: Principal, item: ContentItem) -> None:
        if item.status in APPROVED and not principal.may(Permission.CONTENT_APPROVE):
            raise ApprovedByOthersError("Ask an owner or admin to withdraw the approval first.")

    def _check_rules(self, item: ContentItem) -> None:
        problems = problems_of(
            item.caption, item.hashtags, item.platform_targets, instagram_hashtags=self._instagram_hashtags
        )
        if problems:
            raise PlatformRulesError("See `errors` for what to change.", errors=problems)

    async def _withdraw(self, item: ContentItem, reason: Literal["withdrawn", "edited"]) -> None:
        item.status = ItemStatus.DRAFT
        item.approved_by = None
        item.approved_at = None
        data = ContentApprovalWithdrawnData(content_id=item.id, revision=item.revision, reason=reason)
        await outbox.add(
            self._session, ContentApprovalWithdrawn(account_id=item.account_id, subject=str(item.id), data=data)
        )

    async def _record(self, event_type: str, item: ContentItem, principal: Principal, **facts: Any) -> None:
        data = AuditRecordedData(
            event_type=event_type,
            entity_type="content_item",
            entity_id=str(item.id),
            user_id=principal.user_id,
            occurred_at=self._clock.now(),
            metadata={"revision": item.revision, "content_hash": item.content_hash, **facts},
        )
        await outbox.add(self._session, AuditRecorded(account_id=principal.account_id, subject=str(item.id), data=data))

    async def _saved(self, item: ContentItem) -> ContentItem:
        await self._session.flush()
        await self._session.refresh(item)
        return item
