"""Drafts, and the approval that is bound to the hash of exactly what will be posted."""

from typing import Any, Literal
from uuid import UUID

from common.auth import Permission, Principal
from common.clock import Clock
from common.messaging import outbox
from pulseworks_contracts import (
    AuditRecorded,
    AuditRecordedData,
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
)

from content.items.errors import (
    AlreadyApprovedError,
    ApprovedByOthersError,
    ContentChangedError,
    ContentNotFoundError,
    ContentPublishedError,
    NotApprovedError,
    PlatformRulesError,
)
from content.items.payloads import InstagramLimits, hash_of, payloads_of, problems_of
from content.items.repository import ContentRepository, PlatformPostRepository
from content.media.schemas import StoredImage
from content.models import ContentItem, ItemStatus, PlatformPost

APPROVED = (ItemStatus.APPROVED, ItemStatus.SCHEDULED)


class ContentService:
    def __init__(
        self, items: ContentRepository, posts: PlatformPostRepository, clock: Clock, limits: InstagramLimits
    ) -> None:
        self._items = items
        self._posts = posts
        self._session = items.session
        self._clock = clock
        self._limits = limits

    async def get(self, content_id: UUID) -> ContentItem:
        return _found(await self._items.get(content_id), content_id)

    async def posts_of(self, items: list[ContentItem]) -> list[PlatformPost]:
        return await self._posts.of_contents(item.id for item in items)

    async def page(
        self, *, month: str | None, status: str | None, after: tuple[str, int, UUID] | None, limit: int
    ) -> list[ContentItem]:
        return await self._items.page(month=month, status=status, after=after, limit=limit)

    async def editable(
        self, principal: Principal, content_id: UUID, *, revision: int | None, changes: dict[str, Any]
    ) -> ContentItem:
        """Return the item if these changes may be made to it now.

        Raises ContentPublishedError for a live post, ApprovedByOthersError for an approved one without that right,
        ContentChangedError when ``revision`` is not the present one, PlatformRulesError when a platform would refuse
        the result.
        """
        item = await self._changeable(content_id)
        self._check_right(principal, item)
        if revision is not None and revision != item.revision:
            raise ContentChangedError(f"You saw revision {revision}, it is {item.revision} now. Load it again.")
        self._check_rules(item, changes)
        return item

    async def edit(
        self,
        principal: Principal,
        content_id: UUID,
        *,
        revision: int | None,
        changes: dict[str, Any],
        image: StoredImage | None = None,
        act: Literal["CONTENT_EDITED", "CONTENT_REGENERATED"] = "CONTENT_EDITED",
    ) -> ContentItem:
        """Change a post; an approval is withdrawn when what would be posted changes. Raises as ``editable``."""
        item = await self.editable(principal, content_id, revision=revision, changes=changes)
        if image is not None:
            changes = changes | {"media": image.model_dump()}
        changed = sorted(name for name, value in changes.items() if getattr(item, name) != value)
        if not changed:
            return item
        before = item.content_hash
        for name in changed:
            setattr(item, name, changes[name])
        item.content_hash = hash_of(principal.account_id, item)
        item.revision += 1
        item.edit_count += 1
        if item.status in APPROVED and item.content_hash != before:
            await self._withdraw(item, "edited")
        await self._record(act, item, principal, fields=changed)
        return await self._saved(item)

    async def approve(self, principal: Principal, content_id: UUID, content_hash: str) -> ContentItem:
        """Approve exactly what ``content_hash`` names. Raises ContentChangedError when there is something else now."""
        item = await self._changeable(content_id)
        if item.status not in APPROVED:
            # not the hash as it was kept: another build may make other payloads of the same draft
            item.content_hash = hash_of(principal.account_id, item)
        if item.content_hash != content_hash:
            raise ContentChangedError(
                "Look at it again, then approve it.", extra={"content_hash": item.content_hash}, commits=True
            )
        if item.status in APPROVED:
            raise AlreadyApprovedError("Nothing is left to do.")
        self._check_rules(item, {})
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
        await self._posts.delete_of(item.id)
        await self._items.delete(item)

    async def _changeable(self, content_id: UUID) -> ContentItem:
        item = _found(await self._items.lock(content_id), content_id)
        if item.status == ItemStatus.PUBLISHED:
            raise ContentPublishedError("Write a new post instead.")
        return item

    def _check_right(self, principal: Principal, item: ContentItem) -> None:
        if item.status in APPROVED and not principal.may(Permission.CONTENT_APPROVE):
            raise ApprovedByOthersError("Ask an owner or admin to withdraw the approval first.")

    def _check_rules(self, item: ContentItem, changes: dict[str, Any]) -> None:
        caption, hashtags, targets = (
            changes.get(name, getattr(item, name)) for name in ("caption", "hashtags", "platform_targets")
        )
        problems = problems_of(caption, hashtags, targets, self._limits)
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


def _found(item: ContentItem | None, content_id: UUID) -> ContentItem:
    if item is None:
        raise ContentNotFoundError(f"There is no post {content_id} in this account.")
    return item
