from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from common.clock import Clock
from prometheus_client import Counter
from pulseworks_contracts import (
    LIMITS,
    Platform,
    PostDelayedData,
    PostFailedData,
    PostOutcomeUnknownData,
    PostPublishedData,
    Reason,
)
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit.events import AuditLog
from scheduler.coordination.repository import Now
from scheduler.eligibility.rules import Blocker
from scheduler.lifecycle.events import CancelReason, ItemEvents, ItemTimers
from scheduler.models import NO_OUTCOME, ItemStatus, ScheduleItem
from scheduler.settings import Windows
from scheduler.slots.explanation import SlotExplanation, TimeChange

MISSED = Counter(
    "pulseworks_posts_missed", "Posts that were too late to be handed over: overdue, or held until then.", ["cause"]
)
for _cause in ("overdue", "held"):
    MISSED.labels(_cause)  # from the start, because Prometheus sees no increase in the first value of a series

_CANCEL_MESSAGES = {
    "approval_withdrawn": "The approval of this content was withdrawn or replaced.",
    "content_deleted": "This content was deleted.",
}

_NO_OUTCOME_MESSAGE = (
    "We received no result for this post, so it may or may not be live on {platform}. Check there: if it is live, "
    "confirm it with its URL; if it is not, mark it as not live, and you can schedule it again."
)

_RESTORED_MESSAGE = (
    "After a fault we restored our database to an earlier moment, and this post may have gone out on {platform} since. "
    "Check there: if it is live, confirm it with its URL; if it is not, mark it as not live, and you can schedule it "
    "again."
)

_MAX_CHANGES = 49
"""Changes that an item keeps beside a new one. The whole history is in the audit log."""


class ItemLifecycle:
    """Moves locked items from one status to the next, each step with its timer, events and audit entry.

    Methods that return False came too late: a relay has claimed the item's timer, so the publisher may have it and
    decides from there.
    """

    def __init__(self, session: AsyncSession, clock: Clock, now: Now, windows: Windows) -> None:
        self._session = session
        self._clock = clock
        self._now = now
        self._timers = ItemTimers(session, windows)
        self._events = ItemEvents(session, AuditLog(session, clock))

    async def queue(self, item: ScheduleItem, *, user_id: UUID | None, cause: str = "scheduled") -> None:
        """Announce the post and set its timer."""
        item.status = ItemStatus.QUEUED
        _reset(item)
        await self._timers.set(item)
        await self._events.scheduled(item)
        await self._events.audit(item, "POST_SCHEDULED", user_id, cause=cause)

    async def cancel(self, item: ScheduleItem, reason: CancelReason, *, user_id: UUID | None = None) -> bool:
        """Cancel a queued or parked item, permanently."""
        if not await self._timers.take_back(item):
            return False
        item.status = ItemStatus.CANCELLED
        item.revision += 1
        _reset(item)
        if reason != "cancelled":
            item.error_code, item.error_message = reason, _CANCEL_MESSAGES[reason]
        await self._events.cancelled(item, reason)
        await self._events.audit(item, "POST_CANCELLED", user_id, reason=reason)
        return True

    async def move(self, item: ScheduleItem, at: datetime, explanation: SlotExplanation, *, user_id: UUID) -> bool:
        """Give a queued item another time."""
        previous = item.scheduled_for
        item.scheduled_for = at
        item.revision += 1
        if not await self._timers.move(item):
            return False
        _reset(item)
        changes = [*_kept_changes(item), self._change("moved", f"From {previous.isoformat()}.")]
        item.why = explanation.model_copy(update={"changes": changes}).model_dump(mode="json")
        await self._events.scheduled(item)
        action = "POST_PUBLISH_NOW" if explanation.kind == "now" else "POST_MOVED"
        await self._events.audit(item, action, user_id, moved_from=previous.isoformat())
        return True

    async def park(self, item: ScheduleItem, blockers: Sequence[Blocker], *, user_id: UUID | None = None) -> bool:
        """Hold an item back. An item that is parked already gets the current blockers."""
        first = blockers[0]
        if item.status != ItemStatus.PARKED:
            if not await self._timers.take_back(item):
                return False
            item.status = ItemStatus.PARKED
            item.revision += 1
            _reset(item)
            self._note_change(item, "held", first.message)
            await self._events.cancelled(item, "parked")
            await self._events.audit(item, "POST_PARKED", user_id, reason=first.code)
        item.held_by = [asdict(blocker) for blocker in blockers]
        item.error_code, item.error_message, item.error_remedy = first.code, first.message, first.remedy
        return True

    async def release(self, item: ScheduleItem, *, user_id: UUID | None = None) -> None:
        """Queue a parked item again, or mark it missed if its time has passed."""
        if item.scheduled_for <= await self._now(self._session):
            message = "Its time passed while it was held back. It was not sent late; schedule it again."
            await self.miss(item, message, cause="held")
            return
        item.revision += 1
        self._note_change(item, "released", "It is no longer held back, and its time has not passed.")
        await self.queue(item, user_id=user_id, cause="released")

    async def miss(self, item: ScheduleItem, message: str, *, cause: Literal["overdue", "held"]) -> None:
        """Mark an item missed: it is overdue, or its time passed while it was held back (P7)."""
        MISSED.labels(cause).inc()
        item.status = ItemStatus.MISSED
        item.revision += 1
        item.due_event_id = None
        _reset(item)
        item.error_code, item.error_message, item.error_remedy = "missed", message, "retry"
        await self._events.missed(item)
        await self._events.audit(item, "POST_MISSED", None)

    def delay(self, item: ScheduleItem, delay: PostDelayedData) -> None:
        item.revision += 1
        item.delivery_revision = delay.revision
        item.error_code, item.error_message = delay.code, delay.message
        item.error_remedy = delay.remedy or "wait"

    def publish(self, item: ScheduleItem, outcome: PostPublishedData) -> None:
        _settle(item, ItemStatus.PUBLISHED, outcome.revision)
        item.error_code = item.error_message = item.error_remedy = None
        item.provider_post_id = outcome.provider_post_id
        item.platform_post_id = outcome.platform_post_id
        item.post_url = outcome.post_url
        item.published_at = outcome.published_at

    def fail(self, item: ScheduleItem, outcome: PostFailedData) -> None:
        _settle(item, ItemStatus.FAILED, outcome.revision)
        item.error_code, item.error_message, item.error_remedy = outcome.code, outcome.message, outcome.remedy

    def mark_unknown(self, item: ScheduleItem, outcome: PostOutcomeUnknownData) -> None:
        _settle(item, ItemStatus.UNKNOWN, outcome.revision)
        item.error_code, item.error_message, item.error_remedy = "outcome_unknown", outcome.message, None

    async def mark_unanswered(self, item: ScheduleItem) -> None:
        """End the wait for an outcome: the publisher does not send the post any more, and it may be live."""
        await self._mark_unanswered(item, _NO_OUTCOME_MESSAGE, NO_OUTCOME)

    async def mark_restored(self, item: ScheduleItem) -> None:
        """Mark a post that may have gone out after the moment to which the database was restored.

        No relay may run: the timer is removed even if one has claimed it.
        """
        await self._timers.remove(item)
        await self._mark_unanswered(item, _RESTORED_MESSAGE, "restored")

    async def _mark_unanswered(self, item: ScheduleItem, message: str, reason: str) -> None:
        item.status = ItemStatus.UNKNOWN
        item.revision += 1
        item.due_at = item.lease_owner = None
        _reset(item)
        name = LIMITS[cast("Platform", item.platform)].display_name
        item.error_code, item.error_message = NO_OUTCOME, message.format(platform=name)
        await self._events.unanswered(item)
        await self._events.audit(item, "POST_OUTCOME_UNKNOWN", None, reason=reason)

    async def resolve(self, item: ScheduleItem, url: str | None, *, user_id: UUID) -> None:
        """Settle an unanswered post as a person says: live at ``url``, or not live (None)."""
        await self._events.audit(item, "POST_RESOLVED", user_id, outcome="not_live" if url is None else "live")
        if url is None:
            await self.cancel(item, "cancelled", user_id=user_id)
            return
        item.status = ItemStatus.PUBLISHED
        item.revision += 1
        _reset(item)
        item.post_url = url
        await self._events.confirmed(item, user_id)

    async def pause(self, item: ScheduleItem, user_id: UUID) -> None:
        """Record that a person paused this item. Parking it is a separate step."""
        item.paused_at, item.paused_by = self._clock.now(), user_id
        await self._events.audit(item, "POST_PAUSED", user_id)

    async def resume(self, item: ScheduleItem, user_id: UUID) -> None:
        item.paused_at = item.paused_by = None
        await self._events.audit(item, "POST_RESUMED", user_id)

    async def clear_risk(self, item: ScheduleItem, checked_at: datetime) -> None:
        """Record that the preflight check passed."""
        item.preflight_at = checked_at
        item.at_risk_code = item.at_risk_message = item.at_risk_remedy = None

    async def set_risk(self, item: ScheduleItem, risk: Reason, checked_at: datetime) -> None:
        """Record why the preflight check failed, and request a second check before the post's time."""
        previous = item.at_risk_code
        item.preflight_at = checked_at
        item.at_risk_code, item.at_risk_message, item.at_risk_remedy = risk.code, risk.message, risk.remedy
        await self._timers.request_recheck(item, await self._now(self._session))
        if previous != risk.code:
            await self._events.audit(item, "POST_AT_RISK", None, code=risk.code, message=risk.message)

    def _note_change(self, item: ScheduleItem, change: str, detail: str) -> None:
        changes = [*_kept_changes(item), self._change(change, detail)]
        item.why = item.why | {"changes": [change.model_dump(mode="json") for change in changes]}

    def _change(self, change: str, detail: str) -> TimeChange:
        return TimeChange.model_validate({"at": self._clock.now(), "change": change, "detail": detail})


def _kept_changes(item: ScheduleItem) -> list[TimeChange]:
    return SlotExplanation.from_stored(item.why).changes[-_MAX_CHANGES:]


def _reset(item: ScheduleItem) -> None:
    """Clear what applied before this change: the error, the blockers, the result of the last check."""
    item.error_code = item.error_message = item.error_remedy = None
    item.held_by = []
    item.preflight_at = item.at_risk_code = item.at_risk_message = item.at_risk_remedy = None


def _settle(item: ScheduleItem, status: ItemStatus, delivery_revision: int) -> None:
    # the outcome may arrive before the relay records that it handed the item over
    item.status = status
    item.due_event_id = None
    item.due_at = item.lease_owner = None
    item.revision += 1
    item.delivery_revision = max(item.delivery_revision, delivery_revision)
