"""What is told about an item, in the transaction that makes it true."""

from typing import Literal, cast
from uuid import UUID

from common.clock import Clock
from common.messaging import outbox
from pulseworks_contracts import (
    AuditRecorded,
    AuditRecordedData,
    FrozenPost,
    Platform,
    PostCancelled,
    PostCancelledData,
    PostConfirmed,
    PostConfirmedData,
    PostMissed,
    PostMissedData,
    PostScheduled,
    PostUnanswered,
    PostUnansweredData,
)
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.frozen import frozen
from scheduler.models import ScheduleItem

CancelReason = Literal["cancelled", "approval_withdrawn", "content_deleted"]


class Announcements:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def scheduled(self, item: ScheduleItem) -> None:
        event = PostScheduled(account_id=item.account_id, subject=str(item.id), data=FrozenPost(**frozen(item)))
        await outbox.add(self._session, event)

    async def cancelled(self, item: ScheduleItem, reason: CancelReason | Literal["parked"]) -> None:
        data = PostCancelledData(item_id=item.id, revision=item.revision, content_id=item.content_id, reason=reason)
        await outbox.add(self._session, PostCancelled(account_id=item.account_id, subject=str(item.id), data=data))

    async def missed(self, item: ScheduleItem) -> None:
        data = PostMissedData(
            item_id=item.id, revision=item.revision, content_id=item.content_id, scheduled_for=item.scheduled_for
        )
        await outbox.add(self._session, PostMissed(account_id=item.account_id, subject=str(item.id), data=data))

    async def unanswered(self, item: ScheduleItem) -> None:
        data = PostUnansweredData(
            item_id=item.id,
            revision=item.revision,
            content_id=item.content_id,
            platform=cast("Platform", item.platform),
            scheduled_for=item.scheduled_for,
            message=item.error_message or "",
        )
        await outbox.add(self._session, PostUnanswered(account_id=item.account_id, subject=str(item.id), data=data))

    async def confirmed(self, item: ScheduleItem, user_id: UUID) -> None:
        data = PostConfirmedData(
            item_id=item.id,
            revision=item.revision,
            content_id=item.content_id,
            platform=cast("Platform", item.platform),
            post_url=item.post_url or "",
            confirmed_by=user_id,
        )
        await outbox.add(self._session, PostConfirmed(account_id=item.account_id, subject=str(item.id), data=data))

    async def audit(self, item: ScheduleItem, act: str, user_id: UUID | None, **facts: str) -> None:
        metadata = {
            "content_id": str(item.content_id),
            "content_revision": item.content_revision,
            "content_hash": item.content_hash,
            "platform": item.platform,
            "scheduled_for": item.scheduled_for.isoformat(),
            "provider_profile_id": item.provider_profile_id,
            "platform_account_id": item.platform_account_id,
            **facts,
        }
        data = AuditRecordedData(
            event_type=act,
            entity_type="schedule_item",
            entity_id=str(item.id),
            user_id=user_id,
            occurred_at=self._clock.now(),
            metadata=metadata,
        )
        await outbox.add(self._session, AuditRecorded(account_id=item.account_id, subject=str(item.id), data=data))
