from uuid import UUID

from pulseworks_contracts import ContentApprovalWithdrawn, ContentApproved, ContentDeleted
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.contents.repository import ContentRepository
from scheduler.items.announcements import CancelReason
from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.locks import lock_account
from scheduler.models import HELD, ApprovedContent


class ContentService:
    """Keeps which content is approved, and takes back what was scheduled from an approval that is gone."""

    def __init__(self, session: AsyncSession, lifecycle: Lifecycle) -> None:
        self._session = session
        self._repository = ContentRepository(session)
        self._items = ItemRepository(session)
        self._lifecycle = lifecycle

    async def keep_approval(self, event: ContentApproved) -> None:
        """Note an approval. A newer one ends items of an older one, whether or not its withdrawal has come yet."""
        content = await self._locked(event.account_id, event.data.content_id)
        if event.data.revision <= content.revision or content.deleted:
            return
        content.revision = event.data.revision
        content.approved = True
        content.content_hash = event.data.content_hash
        content.payloads = [payload.model_dump(mode="json") for payload in event.data.payloads]
        content.month = event.data.month
        content.title = event.data.title
        await self._cancel_items(content, "approval_withdrawn")

    async def end_approval(self, event: ContentApprovalWithdrawn) -> None:
        content = await self._locked(event.account_id, event.data.content_id)
        if event.data.revision > content.revision:
            content.revision = event.data.revision
            content.approved = False
            await self._cancel_items(content, "approval_withdrawn")

    async def end_content(self, event: ContentDeleted) -> None:
        """Note that the content is gone. Nothing brings it back, whatever arrives later."""
        content = await self._locked(event.account_id, event.data.content_id)
        content.revision = max(content.revision, event.data.revision)
        content.approved = False
        content.deleted = True
        await self._cancel_items(content, "content_deleted")

    async def _locked(self, account_id: UUID, content_id: UUID) -> ApprovedContent:
        await lock_account(self._session)
        content = await self._repository.of(content_id)
        if content is None:
            content = self._repository.add(
                ApprovedContent(
                    account_id=account_id,
                    content_id=content_id,
                    revision=0,
                    approved=False,
                    deleted=False,
                    payloads=[],
                )
            )
        return content

    async def _cancel_items(self, content: ApprovedContent, reason: CancelReason) -> None:
        """Cancel what still waits. What was handed over is the publisher's: it compares the approved hash itself."""
        for item in await self._items.lock_of_content(content.content_id, HELD):
            await self._lifecycle.cancel(item, reason)
