"""The steps of a schedule item's life, each with its timer, its events and its audit record in one transaction."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from common.clock import Clock
from common.contracts import (
    AuditRecorded,
    AuditRecordedData,
    FrozenPost,
    PlatformPayload,
    PostCancelled,
    PostCancelledData,
    PostDue,
    PostDueData,
    PostMissed,
    PostMissedData,
    PostScheduled,
)
from common.messaging import outbox
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import ItemStatus, ScheduleItem
from scheduler.standing.standing import Blocker

CancelReason = Literal["cancelled", "approval_withdrawn", "content_deleted"]


class Lifecycle:
    """Moves locked items from one status to the next.

    The timer of an item is the outbox row of its PostDue. What answers False came too late: a relay has claimed the
    row, the publisher may have it, and from there the publisher alone decides.
    """

    def __init__(self, session: AsyncSession, clock: Clock, missed_window: timedelta) -> None:
        self._session = session
        self._clock = clock
        self._missed_window = missed_window

    async def queue(self, item: ScheduleItem, *, user_id: UUID | None, cause: str = "scheduled") -> None:
        """Announce the post and set its timer."""
        item.status = ItemStatus.QUEUED
        _clear_error(item)
        due = self._due(item)
        item.due_event_id = due.id
        await outbox.add(self._session, _scheduled(item))
        await outbox.add(self._session, due, due_at=item.scheduled_for, expires_at=due.data.expires_at)
        await self._audit(item, "POST_SCHEDULED", user_id, cause=cause)

    async def cancel(self, item: ScheduleItem, reason: CancelReason, *, user_id: UUID | None = None) -> bool:
        """Take a queued or parked item back for good."""
        if not await self._take_back(item):
            return False
        item.status = ItemStatus.CANCELLED
        _clear_error(item)
        if reason != "cancelled":
            item.error_code = reason
            item.error_message = {
                "approval_withdrawn": "The approval that this post was made with no longer holds.",
                "content_deleted": "The content of this post was deleted.",
            }[reason]
        await self._announce_cancelled(item, reason)
        await self._audit(item, "POST_CANCELLED", user_id, reason=reason)
        return True

    async def move(self, item: ScheduleItem, at: datetime, why: dict[str, Any], *, user_id: UUID) -> bool:
        """Give a queued item another time."""
        former = item.scheduled_for
        item.scheduled_for = at
        item.revision += 1
        due = self._due(item)
        if not await outbox.move(self._session, due, due_at=at, expires_at=due.data.expires_at):
            return False
        item.why = why
        await outbox.add(self._session, _scheduled(item))
        await self._audit(item, "POST_MOVED", user_id, moved_from=former.isoformat())
        return True

    async def park(self, item: ScheduleItem, blocker: Blocker) -> bool:
        """Hold an item back. An item that is parked already gets the reason that holds now."""
        if item.status != ItemStatus.PARKED:
            if not await self._take_back(item):
                return False
            item.status = ItemStatus.PARKED
            await self._announce_cancelled(item, "parked")
            await self._audit(item, "POST_PARKED", None, reason=blocker.code)
        item.error_code, item.error_message, item.error_remedy = blocker.code, blocker.message, blocker.remedy
        return True

    async def release(self, item: ScheduleItem) -> None:
        """Bring a parked item back, or declare it missed when its time has gone by."""
        if item.scheduled_for <= self._clock.now():
            await self.miss(item, "Its time went by while it was parked. It was not sent late; schedule it anew.")
            return
        item.revision += 1
        await self.queue(item, user_id=None, cause="released")

    async def miss(self, item: ScheduleItem, message: str) -> None:
        item.status = ItemStatus.MISSED
        item.revision += 1
        item.due_event_id = None
        item.error_code, item.error_message, item.error_remedy = "missed", message, "retry"
        data = PostMissedData(
            item_id=item.id, revision=item.revision, content_id=item.content_id, scheduled_for=item.scheduled_for
        )
        await outbox.add(self._session, PostMissed(account_id=item.account_id, subject=str(item.id), data=data))
        await self._audit(item, "POST_MISSED", None)

    async def _take_back(self, item: ScheduleItem) -> bool:
        if item.due_event_id is not None and not await outbox.void(self._session, item.due_event_id):
            return False
        item.due_event_id = None
        item.revision += 1
        return True

    def _due(self, item: ScheduleItem) -> PostDue:
        data = PostDueData(**_frozen(item), expires_at=item.scheduled_for + self._missed_window)
        due = PostDue(account_id=item.account_id, subject=str(item.id), data=data)
        return due if item.due_event_id is None else due.model_copy(update={"id": item.due_event_id})

    async def _announce_cancelled(self, item: ScheduleItem, reason: CancelReason | Literal["parked"]) -> None:
        data = PostCancelledData(item_id=item.id, revision=item.revision, content_id=item.content_id, reason=reason)
        await outbox.add(self._session, PostCancelled(account_id=item.account_id, subject=str(item.id), data=data))

    async def _audit(self, item: ScheduleItem, act: str, user_id: UUID | None, **facts: str) -> None:
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


def _scheduled(item: ScheduleItem) -> PostScheduled:
    return PostScheduled(account_id=item.account_id, subject=str(item.id), data=FrozenPost(**_frozen(item)))


def _frozen(item: ScheduleItem) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "revision": item.revision,
        "content_id": item.content_id,
        "content_revision": item.content_revision,
        "content_hash": item.content_hash,
        "payload": PlatformPayload.model_validate(item.payload),
        "provider_profile_id": item.provider_profile_id,
        "platform_account_id": item.platform_account_id,
        "scheduled_for": item.scheduled_for,
    }


def _clear_error(item: ScheduleItem) -> None:
    item.error_code = item.error_message = item.error_remedy = None
