import secrets
from datetime import timedelta
from typing import cast

from common.auth import Principal
from common.clock import Clock
from common.database import set_account
from common.errors import ForbiddenError
from pulseworks_contracts import LIMITS, Platform, UserChanged
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit.events import AuditLog
from scheduler.calendar.errors import CalendarNotFoundError
from scheduler.calendar.repository import CalendarFeedRepository, hash_of
from scheduler.calendar.rules import may_create_address
from scheduler.calendar.schemas import CalendarEntry, EntryStatus, render_calendar
from scheduler.coordination.repository import Now, lock_account
from scheduler.eligibility.service import EligibilityService
from scheduler.items.repository import ItemRepository
from scheduler.models import CalendarFeed, ItemStatus, ScheduleItem
from scheduler.read_models.repository import MemberRepository

_PAST = timedelta(days=90)
_MAX_ENTRIES = 5000
_TOKEN_BYTES = 32

# The status of an entry, and what its summary begins with; all others are confirmed.
_ENTRY_STATUS: dict[ItemStatus, tuple[EntryStatus, str]] = {
    ItemStatus.PARKED: ("TENTATIVE", "Held back: "),
    ItemStatus.UNKNOWN: ("TENTATIVE", "Unconfirmed: "),
    ItemStatus.FAILED: ("CANCELLED", "Not posted: "),
    ItemStatus.MISSED: ("CANCELLED", "Not posted: "),
}


class CalendarService:
    """The schedule for calendar programs, and the secret URL where they read it."""

    def __init__(self, session: AsyncSession, eligibility: EligibilityService, *, clock: Clock, now: Now) -> None:
        self._session = session
        self._feeds = CalendarFeedRepository(session)
        self._members = MemberRepository(session)
        self._items = ItemRepository(session)
        self._eligibility = eligibility
        self._audit = AuditLog(session, clock)
        self._clock = clock
        self._now = now

    async def calendar(self) -> bytes:
        """Return the upcoming posts and those of the last 90 days as iCalendar, without cancelled ones."""
        account = (await self._eligibility.current()).account
        since = await self._now(self._session) - _PAST
        items = await self._items.uncancelled_since(since, limit=_MAX_ENTRIES)
        name = "Posts" if account is None else f"Posts of {account.name}"
        return render_calendar(name, [_entry(item) for item in items])

    async def calendar_of(self, token: str) -> bytes:
        """Return the calendar that a secret URL opens. Raises CalendarNotFoundError (404)."""
        account_id = await self._feeds.account_of(token)
        if account_id is None:
            raise CalendarNotFoundError("It was deleted or replaced. Create a new one in PulseWorks.")
        await set_account(self._session, account_id)
        return await self.calendar()

    async def feed(self) -> CalendarFeed:
        feed = await self._feeds.current()
        if feed is None:
            raise CalendarNotFoundError("Create one: POST /api/schedule/calendar.")
        return feed

    async def create_address(self, principal: Principal) -> tuple[CalendarFeed, str]:
        """Return the feed and its new token, which is not stored. It replaces the previous one.

        Raises ForbiddenError for a caller who has lost the right while the request was on its way.
        """
        await lock_account(self._session)
        member = await self._members.get(principal.user_id)
        if member is not None and not may_create_address(member.role, active=member.active):
            raise ForbiddenError("Your rights in this account have changed. Sign in again.")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        feed = await self._feeds.current()
        if feed is None:
            feed = CalendarFeed(account_id=principal.account_id)
            self._feeds.add(feed)
        feed.token_hash = hash_of(token)
        feed.created_at, feed.created_by = self._clock.now(), principal.user_id
        await self._audit.record_account("CALENDAR_ADDRESS_CREATED", principal)
        return feed, token

    async def apply_member(self, event: UserChanged) -> None:
        """Store a member's right, and end the secret URL if its creator may not create one any more."""
        data = event.data
        await lock_account(self._session)
        newer = await self._members.apply(
            revision=data.revision, user_id=data.user_id, role=data.role, active=data.active
        )
        feed = await self._feeds.current()
        if not newer or feed is None or feed.created_by != data.user_id:
            return
        if may_create_address(data.role, active=data.active):
            return
        await self._feeds.remove(feed)
        await self._audit.record(
            "CALENDAR_ADDRESS_ENDED",
            "account",
            feed.account_id,
            feed.account_id,
            user_id=None,
            details={"created_by": str(feed.created_by), "reason": "role_changed" if data.active else "deactivated"},
        )

    async def delete_address(self, principal: Principal) -> None:
        """Invalidate the secret URL. May be repeated."""
        await lock_account(self._session)
        feed = await self._feeds.current()
        if feed is not None:
            await self._feeds.remove(feed)
            await self._audit.record_account("CALENDAR_ADDRESS_ENDED", principal)


def _entry(item: ScheduleItem) -> CalendarEntry:
    status, prefix = _ENTRY_STATUS.get(ItemStatus(item.status), ("CONFIRMED", ""))
    if item.status == ItemStatus.QUEUED and item.at_risk_code is not None:
        prefix = "At risk: "
    notes = [item.error_message or (item.at_risk_message if prefix else None), item.payload["text"]]
    platform = LIMITS[cast("Platform", item.platform)].display_name
    return CalendarEntry(
        uid=f"{item.id}@pulseworks",
        at=item.scheduled_for,
        changed_at=item.updated_at,
        sequence=item.revision,
        status=status,
        summary=f"{prefix}{platform}: {item.title}",
        description="\n\n".join(note for note in notes if note),
        category=platform,
        url=item.post_url,
    )
