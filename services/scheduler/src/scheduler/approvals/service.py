from uuid import UUID

from pulseworks_contracts import ContentApprovalWithdrawn, ContentApproved, ContentDeleted
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.coordination.repository import lock_account
from scheduler.items.repository import ItemRepository
from scheduler.lifecycle.events import CancelReason
from scheduler.lifecycle.service import ItemLifecycle
from scheduler.models import OPEN_STATUSES
from scheduler.read_models.repository import ContentRepository


class ApprovalService:
    """Keeps the approved contents, and cancels the items whose approval has ended."""

    def __init__(self, session: AsyncSession, lifecycle: ItemLifecycle) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._contents = ContentRepository(session)
        self._items = ItemRepository(session)

    async def approve(self, event: ContentApproved) -> None:
        """Store an approval and cancel the items of an earlier one, even if its withdrawal has not arrived yet."""
        await lock_account(self._session)
        approved = event.data
        if await self._contents.apply(
            revision=approved.revision,
            content_id=approved.content_id,
            approved=True,
            content_hash=approved.content_hash,
            payloads=[payload.model_dump(mode="json") for payload in approved.payloads],
            month=approved.month,
            title=approved.title,
            position=approved.position,
        ):
            await self._cancel_items(approved.content_id, "approval_withdrawn")

    async def withdraw(self, event: ContentApprovalWithdrawn) -> None:
        await lock_account(self._session)
        if await self._contents.withdraw(event.data.content_id, event.data.revision):
            await self._cancel_items(event.data.content_id, "approval_withdrawn")

    async def delete(self, event: ContentDeleted) -> None:
        await lock_account(self._session)
        if await self._contents.delete(event.data.content_id):
            await self._cancel_items(event.data.content_id, "content_deleted")

    async def _cancel_items(self, content_id: UUID, reason: CancelReason) -> None:
        """Cancel the open items. The publisher compares the approved hash of those that it has already."""
        for item in await self._items.lock_of_content(content_id, OPEN_STATUSES):
            await self._lifecycle.cancel(item, reason)
