"""The events of a schedule item. All go through the outbox, in the transaction that makes them true.

``ItemEvents`` go at once. ``ItemTimers`` wait in the outbox for their time, and follow the item when it changes.
"""

from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from common.messaging import outbox
from pulseworks_contracts import (
    FrozenPost,
    Platform,
    PostCancelled,
    PostCancelledData,
    PostConfirmed,
    PostConfirmedData,
    PostDue,
    PostDueData,
    PostMissed,
    PostMissedData,
    PostScheduled,
    PostUnanswered,
    PostUnansweredData,
    PostUpcoming,
)
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit.events import AuditLog
from scheduler.models import ScheduleItem
from scheduler.settings import Windows

POST_DUE: str = PostDue.model_fields["type"].default

CancelReason = Literal["cancelled", "approval_withdrawn", "content_deleted"]


class ItemEvents:
    """Events and audit entries that are emitted at once."""

    def __init__(self, session: AsyncSession, audit: AuditLog) -> None:
        self._session = session
        self._audit = audit

    async def scheduled(self, item: ScheduleItem) -> None:
        event = PostScheduled(account_id=item.account_id, subject=str(item.id), data=_frozen_post(item))
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

    async def audit(self, item: ScheduleItem, action: str, user_id: UUID | None, **details: str) -> None:
        frozen = {
            "content_id": str(item.content_id),
            "content_revision": item.content_revision,
            "content_hash": item.content_hash,
            "platform": item.platform,
            "scheduled_for": item.scheduled_for.isoformat(),
            "provider_profile_id": item.provider_profile_id,
            "platform_account_id": item.platform_account_id,
        }
        await self._audit.record(
            action, "schedule_item", item.id, item.account_id, user_id=user_id, details={**frozen, **details}
        )


class ItemTimers:
    """PostDue is the item's timer. PostUpcoming goes before it and requests a preflight check.

    Methods that return False came too late: a relay has claimed PostDue, and the publisher may have it.
    """

    def __init__(self, session: AsyncSession, windows: Windows) -> None:
        self._session = session
        self._windows = windows

    async def set(self, item: ScheduleItem) -> None:
        due = self._post_due(item)
        item.due_event_id = due.id
        await outbox.add(self._session, due, due_at=item.scheduled_for, expires_at=due.data.expires_at)
        await self._request_check(item, self._windows.preflight)

    async def move(self, item: ScheduleItem) -> bool:
        """Move the timer to the item's current time."""
        due = self._post_due(item, item.due_event_id)
        if not await outbox.move(self._session, due, due_at=item.scheduled_for, expires_at=due.data.expires_at):
            return False
        await self._request_check(item, self._windows.preflight)
        return True

    async def take_back(self, item: ScheduleItem) -> bool:
        if item.due_event_id is not None and not await outbox.void(self._session, item.due_event_id):
            return False
        await self._void_check(item)
        item.due_event_id = None  # last: a queued item without a timer must never reach the database
        return True

    async def remove(self, item: ScheduleItem) -> None:
        """Take the timers back even if a relay has claimed them. No relay may run."""
        for event_id in (item.due_event_id, item.upcoming_event_id):
            if event_id is not None:
                await outbox.void(self._session, event_id, claimed=True)
        item.due_event_id = item.upcoming_event_id = None

    async def request_recheck(self, item: ScheduleItem, now: datetime) -> None:
        """Request a second check shortly before the item's time, unless that moment has passed."""
        if item.scheduled_for - self._windows.recheck > now:
            await self._request_check(item, self._windows.recheck)

    def _post_due(self, item: ScheduleItem, event_id: UUID | None = None) -> PostDue:
        data = PostDueData(**dict(_frozen_post(item)), expires_at=item.scheduled_for + self._windows.missed)
        due = PostDue(account_id=item.account_id, subject=str(item.id), data=data)
        return due if event_id is None else due.model_copy(update={"id": event_id})

    async def _request_check(self, item: ScheduleItem, ahead: timedelta) -> None:
        await self._void_check(item)
        event = PostUpcoming(account_id=item.account_id, subject=str(item.id), data=_frozen_post(item))
        item.upcoming_event_id = event.id
        # when less time than that is left, due_at is in the past and the event goes at once
        due_at = item.scheduled_for - ahead
        await outbox.add(self._session, event, due_at=due_at, expires_at=item.scheduled_for)

    async def _void_check(self, item: ScheduleItem) -> None:
        """Void a check that is still waiting. One that was sent names the revision that it concerns."""
        if item.upcoming_event_id is not None:
            await outbox.void(self._session, item.upcoming_event_id)
            item.upcoming_event_id = None


def _frozen_post(item: ScheduleItem) -> FrozenPost:
    """Return the item as events carry it. Its columns have the names of the fields, except for its own id."""
    columns = {name: getattr(item, name) for name in FrozenPost.model_fields if name != "item_id"}
    return FrozenPost(item_id=item.id, **columns)
