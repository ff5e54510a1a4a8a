"""The steps of a schedule item's life, each with its timer, its events and its audit record in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import cast
from uuid import UUID

from common.clock import Clock
from pulseworks_contracts import LIMITS, Platform, Reason
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.announcements import Announcements, CancelReason
from scheduler.items.timers import Timers
from scheduler.items.times import Now
from scheduler.items.windows import Windows
from scheduler.models import ItemStatus, ScheduleItem
from scheduler.slots import Why, WhyChange
from scheduler.standing.standing import Blocker

_REASONS = {
    "approval_withdrawn": "The approval that this post was made with no longer holds.",
    "content_deleted": "The content of this post was deleted.",
}

NO_OUTCOME = "no_outcome"
"""The error code of an item for which the publisher never reported an outcome."""
_NO_OUTCOME = (
    "We never received a result for this post, so it may or may not be live on {platform}. Look there. "
    "If it is live, confirm it with its address. If it is not, say so; then you can schedule it again."
)


class Lifecycle:
    """Moves locked items from one status to the next.

    What answers False came too late: a relay has claimed the item's timer, the publisher may have it, and from there
    the publisher alone decides.
    """

    def __init__(self, session: AsyncSession, clock: Clock, now: Now, windows: Windows) -> None:
        self._session = session
        self._clock = clock
        self._now = now
        self._timers = Timers(session, windows)
        self._tell = Announcements(session, clock)

    async def queue(self, item: ScheduleItem, *, user_id: UUID | None, cause: str = "scheduled") -> None:
        """Announce the post and set its timer."""
        item.status = ItemStatus.QUEUED
        _clear(item)
        await self._timers.set(item)
        await self._tell.scheduled(item)
        await self._tell.audit(item, "POST_SCHEDULED", user_id, cause=cause)

    async def cancel(self, item: ScheduleItem, reason: CancelReason, *, user_id: UUID | None = None) -> bool:
        """Take a queued or parked item back for good."""
        if not await self._timers.take_back(item):
            return False
        item.status = ItemStatus.CANCELLED
        item.revision += 1
        _clear(item)
        if reason != "cancelled":
            item.error_code, item.error_message = reason, _REASONS[reason]
        await self._tell.cancelled(item, reason)
        await self._tell.audit(item, "POST_CANCELLED", user_id, reason=reason)
        return True

    async def move(self, item: ScheduleItem, at: datetime, why: Why, *, user_id: UUID) -> bool:
        """Give a queued item another time."""
        former = item.scheduled_for
        item.scheduled_for = at
        item.revision += 1
        if not await self._timers.move(item):
            return False
        _clear(item)
        changes = [*_changes(item), self._change("moved", f"From {former.isoformat()}.")]
        item.why = why.model_copy(update={"changes": changes}).model_dump(mode="json")
        await self._tell.scheduled(item)
        act = "POST_PUBLISH_NOW" if why.kind == "now" else "POST_MOVED"
        await self._tell.audit(item, act, user_id, moved_from=former.isoformat())
        return True

    async def park(self, item: ScheduleItem, holds: Sequence[Blocker], *, user_id: UUID | None = None) -> bool:
        """Hold an item back. An item that is parked already gets the reasons that hold now."""
        first = holds[0]
        if item.status != ItemStatus.PARKED:
            if not await self._timers.take_back(item):
                return False
            item.status = ItemStatus.PARKED
            item.revision += 1
            _clear(item)
            self._note(item, "held", first.message)
            await self._tell.cancelled(item, "parked")
            await self._tell.audit(item, "POST_PARKED", user_id, reason=first.code)
        item.held_by = [asdict(hold) for hold in holds]
        item.error_code, item.error_message, item.error_remedy = first.code, first.message, first.remedy
        return True

    async def release(self, item: ScheduleItem, *, user_id: UUID | None = None) -> None:
        """Bring a parked item back, or declare it missed when its time has gone by."""
        if item.scheduled_for <= await self._now(self._session):
            await self.miss(item, "Its time went by while it was parked. It was not sent late; schedule it anew.")
            return
        item.revision += 1
        self._note(item, "released", "Nothing holds it back any more; its time is still ahead.")
        await self.queue(item, user_id=user_id, cause="released")

    async def miss(self, item: ScheduleItem, message: str) -> None:
        item.status = ItemStatus.MISSED
        item.revision += 1
        item.due_event_id = None
        _clear(item)
        item.error_code, item.error_message, item.error_remedy = "missed", message, "retry"
        await self._tell.missed(item)
        await self._tell.audit(item, "POST_MISSED", None)

    async def give_up(self, item: ScheduleItem) -> None:
        """End the wait for the publisher, which sends the post no more: nobody knows whether it is live."""
        item.status = ItemStatus.UNKNOWN
        item.revision += 1
        item.due_at = item.lease_owner = None
        _clear(item)
        name = LIMITS[cast("Platform", item.platform)].display_name
        item.error_code, item.error_message = NO_OUTCOME, _NO_OUTCOME.format(platform=name)
        await self._tell.unanswered(item)
        await self._tell.audit(item, "POST_OUTCOME_UNKNOWN", None, reason=NO_OUTCOME)

    async def resolve(self, item: ScheduleItem, url: str | None, *, user_id: UUID) -> None:
        """Take a person's word for an unanswered post: it is live at ``url``, or not at all (None)."""
        await self._tell.audit(item, "POST_RESOLVED", user_id, outcome="not_live" if url is None else "live")
        if url is None:
            await self.cancel(item, "cancelled", user_id=user_id)
            return
        item.status = ItemStatus.PUBLISHED
        item.revision += 1
        _clear(item)
        item.post_url = url
        await self._tell.confirmed(item, user_id)

    async def pause(self, item: ScheduleItem, user_id: UUID) -> None:
        """Note that a person holds this one item back; parking it is another step."""
        item.paused_at, item.paused_by = self._clock.now(), user_id
        await self._tell.audit(item, "POST_PAUSED", user_id)

    async def resume(self, item: ScheduleItem, user_id: UUID) -> None:
        item.paused_at = item.paused_by = None
        await self._tell.audit(item, "POST_RESUMED", user_id)

    async def note_passed(self, item: ScheduleItem, checked_at: datetime) -> None:
        """Note that the post would go out as things are."""
        item.preflight_at = checked_at
        item.at_risk_code = item.at_risk_message = item.at_risk_remedy = None

    async def note_risk(self, item: ScheduleItem, risk: Reason, checked_at: datetime) -> None:
        """Note what would go wrong, and have it looked at once more before the time comes."""
        known = item.at_risk_code
        item.preflight_at = checked_at
        item.at_risk_code, item.at_risk_message, item.at_risk_remedy = risk.code, risk.message, risk.remedy
        await self._timers.ask_for_recheck(item, await self._now(self._session))
        if known != risk.code:
            await self._tell.audit(item, "POST_AT_RISK", None, code=risk.code, message=risk.message)

    def _note(self, item: ScheduleItem, change: str, detail: str) -> None:
        changes = [*_changes(item), self._change(change, detail)]
        item.why = item.why | {"changes": [change.model_dump(mode="json") for change in changes]}

    def _change(self, change: str, detail: str) -> WhyChange:
        return WhyChange.model_validate({"at": self._clock.now(), "change": change, "detail": detail})


def _changes(item: ScheduleItem) -> list[WhyChange]:
    return Why.kept(item.why).changes[-_MOST_CHANGES:]


_MOST_CHANGES = 49
"""An item's history is in the audit log; what it says itself stays small."""


def _clear(item: ScheduleItem) -> None:
    """Forget what was true of the item before this change: its error, what held it, what its last check said."""
    item.error_code = item.error_message = item.error_remedy = None
    item.held_by = []
    item.preflight_at = item.at_risk_code = item.at_risk_message = item.at_risk_remedy = None
