from uuid import UUID
from zoneinfo import ZoneInfo

from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
)
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.announcements import CancelReason
from scheduler.items.lifecycle import Lifecycle
from scheduler.items.repository import ItemRepository
from scheduler.locks import lock_account
from scheduler.models import HELD
from scheduler.read_models.repository import (
    AccountRepository,
    ContentRepository,
    ProfileRepository,
    SubscriptionRepository,
)
from scheduler.standing.service import StandingService


class ReadModelService:
    """Keeps what the other services say, and lets the account's items follow.

    The account is locked before anything is written: a post that is scheduled at the same time is either there to be
    held back or cancelled, or is scheduled by the new row.
    """

    def __init__(self, session: AsyncSession, lifecycle: Lifecycle, standing: StandingService) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._standing = standing
        self._accounts = AccountRepository(session)
        self._subscriptions = SubscriptionRepository(session)
        self._profiles = ProfileRepository(session)
        self._contents = ContentRepository(session)
        self._items = ItemRepository(session)

    async def keep_account(self, event: AccountCreated | AccountUpdated) -> None:
        """Note name and zone. Items that have their time keep it: it was chosen as an instant.

        Raises ZoneInfoNotFoundError for a zone that this build does not know: the event goes to the dead letters.
        """
        ZoneInfo(event.data.timezone)
        await lock_account(self._session)
        await self._accounts.apply(revision=event.data.revision, name=event.data.name, timezone=event.data.timezone)

    async def keep_subscription(self, event: SubscriptionChanged) -> None:
        await lock_account(self._session)
        posting = event.data.entitlements.posting
        if await self._subscriptions.apply(revision=event.data.revision, posting=posting):
            await self._standing.hold_or_release()

    async def keep_verification(self, event: ProfileVerified) -> None:
        await lock_account(self._session)
        if await self._profiles.apply(
            revision=event.data.revision,
            provider_profile_id=event.data.provider_profile_id,
            platforms={verified.platform: verified.platform_account_id for verified in event.data.platforms},
        ):
            await self._standing.hold_or_release()

    async def keep_loss(self, event: ProfileNeedsReconnect) -> None:
        await lock_account(self._session)
        if await self._profiles.note_loss(event.data.platforms, event.data.revision):
            await self._standing.hold_or_release()

    async def keep_approval(self, event: ContentApproved) -> None:
        """Note an approval. A newer one ends items of an older one, whether or not its withdrawal has come yet."""
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
        ):
            await self._cancel_items(approved.content_id, "approval_withdrawn")

    async def end_approval(self, event: ContentApprovalWithdrawn) -> None:
        await lock_account(self._session)
        if await self._contents.withdraw(event.data.content_id, event.data.revision):
            await self._cancel_items(event.data.content_id, "approval_withdrawn")

    async def end_content(self, event: ContentDeleted) -> None:
        await lock_account(self._session)
        if await self._contents.delete(event.data.content_id):
            await self._cancel_items(event.data.content_id, "content_deleted")

    async def _cancel_items(self, content_id: UUID, reason: CancelReason) -> None:
        """Cancel what still waits. What was handed over is the publisher's: it compares the approved hash itself."""
        for item in await self._items.lock_of_content(content_id, HELD):
            await self._lifecycle.cancel(item, reason)
