"""Drafts, and their approval, which is bound to the hash of exactly what will be posted."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from common.auth import Permission, Principal
from common.clock import Clock
from common.messaging import outbox
from sqlalchemy import Row

from content.items import events
from content.items.errors import (
    AlreadyApprovedError,
    ApprovedByOthersError,
    ContentChangedError,
    ContentNotFoundError,
    ContentPublishedError,
    NotApprovedError,
    PlatformRulesError,
)
from content.items.repository import ContentRepository, PlatformPostRepository
from content.items.rules import InstagramLimits, hash_of, violations
from content.media.schemas import StoredImage
from content.models import APPROVED, ContentItem, ItemStatus
from content.pictures.service import PictureService


class ContentService:
    def __init__(
        self,
        items: ContentRepository,
        posts: PlatformPostRepository,
        clock: Clock,
        limits: InstagramLimits,
        pictures: PictureService,
    ) -> None:
        self._items = items
        self._posts = posts
        self._session = items.session
        self._clock = clock
        self._limits = limits
        self._pictures = pictures

    async def get(self, content_id: UUID) -> ContentItem:
        return _found(await self._items.get(content_id), content_id)

    async def posts_of(self, items: Sequence[ContentItem | Row[Any]]) -> Sequence[Row[Any]]:
        return await self._posts.of_contents(item.id for item in items)

    async def page(
        self, *, month: str | None, status: str | None, after: tuple[str, int, UUID] | None, limit: int
    ) -> Sequence[Row[Any]]:
        return await self._items.page(month=month, status=status, after=after, limit=limit)

    async def editable(
        self, principal: Principal, content_id: UUID, *, revision: int | None, changes: dict[str, Any]
    ) -> ContentItem:
        """Return the item, locked, if these changes are allowed now.

        Raises ContentPublishedError for a live post, ApprovedByOthersError for an approved one without permission to
        approve, ContentChangedError if ``revision`` is not the current one, PlatformRulesError if the result breaks a
        platform's rules.
        """
        item = await self._changeable(content_id)
        self._check_permission(principal, item)
        if revision is not None and revision != item.revision:
            raise ContentChangedError(
                f"You sent revision {revision}; the current revision is {item.revision}. Load the post again."
            )
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
        action: events.EditAction = "CONTENT_EDITED",
    ) -> ContentItem:
        """Change a post. A change of what would be posted withdraws the approval. Raises the errors of ``editable``."""
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
        await self._record(action, item, principal, fields=changed)
        return await self._saved(item)

    async def approve(self, principal: Principal, content_id: UUID, content_hash: str) -> ContentItem:
        """Approve exactly the content of ``content_hash``. Raises ContentChangedError if the hash is different now."""
        item = await self._changeable(content_id)
        if item.status not in APPROVED:
            # The stored hash may be of another release, which builds other payloads from the same draft.
            item.content_hash = hash_of(principal.account_id, item)
        if item.content_hash != content_hash:
            raise ContentChangedError(
                "Load the post again, check it, then approve it.",
                extra={"content_hash": item.content_hash},
                commits=True,
            )
        if item.status in APPROVED:
            raise AlreadyApprovedError("No action is needed.")
        self._check_rules(item, {})
        now = self._clock.now()
        item.status = ItemStatus.APPROVED
        item.revision += 1
        item.approved_by = principal.user_id
        item.approved_at = now
        await outbox.add(self._session, events.approved(item, by=principal.user_id, at=now))
        await self._record("CONTENT_APPROVED", item, principal)
        return await self._saved(item)

    async def withdraw(self, principal: Principal, content_id: UUID) -> ContentItem:
        """Withdraw an approval, which cancels scheduled posts. Raises NotApprovedError."""
        item = await self._changeable(content_id)
        if item.status not in APPROVED:
            raise NotApprovedError("Only an approved post can be withdrawn.")
        item.revision += 1
        await self._withdraw(item, "withdrawn")
        await self._record("CONTENT_APPROVAL_WITHDRAWN", item, principal)
        return await self._saved(item)

    async def delete(self, principal: Principal, content_id: UUID) -> None:
        """Delete a post that is not live, which cancels what is scheduled."""
        item = await self._changeable(content_id)
        self._check_permission(principal, item)
        await outbox.add(self._session, events.deleted(item))
        await self._record("CONTENT_DELETED", item, principal)
        # Its posts on platforms stay: a picture that one of them still uses must not be removed.
        await self._pictures.released(item.month, item.id)
        await self._items.delete(item)

    async def _changeable(self, content_id: UUID) -> ContentItem:
        item = _found(await self._items.lock(content_id), content_id)
        if item.status == ItemStatus.PUBLISHED:
            raise ContentPublishedError("Create a new post instead.")
        return item

    def _check_permission(self, principal: Principal, item: ContentItem) -> None:
        if item.status in APPROVED and not principal.may(Permission.CONTENT_APPROVE):
            raise ApprovedByOthersError("Ask an owner or admin to withdraw the approval first.")

    def _check_rules(self, item: ContentItem, changes: dict[str, Any]) -> None:
        caption, hashtags, targets = (
            changes.get(name, getattr(item, name)) for name in ("caption", "hashtags", "platform_targets")
        )
        found = violations(caption, hashtags, targets, self._limits)
        if found:
            raise PlatformRulesError("`errors` lists what to change.", errors=found)

    async def _withdraw(self, item: ContentItem, reason: Literal["withdrawn", "edited"]) -> None:
        item.status = ItemStatus.DRAFT
        item.approved_by = None
        item.approved_at = None
        await outbox.add(self._session, events.approval_withdrawn(item, reason))

    async def _record(self, action: events.Action, item: ContentItem, principal: Principal, **facts: Any) -> None:
        await outbox.add(self._session, events.audited(action, item, principal, self._clock.now(), **facts))

    async def _saved(self, item: ContentItem) -> ContentItem:
        await self._session.flush()
        await self._session.refresh(item)
        return item


def _found(item: ContentItem | None, content_id: UUID) -> ContentItem:
    if item is None:
        raise ContentNotFoundError(f"This account has no post {content_id}.")
    return item
