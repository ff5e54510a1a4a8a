import secrets
from datetime import timedelta
from typing import Literal, cast

from common.auth import Principal
from common.clock import Clock
from common.database import set_account
from pulseworks_contracts import LIMITS, Platform
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.audit import record
from scheduler.calendar.errors import CalendarNotFoundError
from scheduler.calendar.ics import Entry, render
from scheduler.calendar.repository import CalendarFeedRepository, hash_of
from scheduler.items.repository import ItemRepository
from scheduler.items.times import Now
from scheduler.locks import lock_account
from scheduler.models import CalendarFeed, ItemStatus, ScheduleItem
from scheduler.standing.service import StandingService

_PAST = timedelta(days=90)
_MOST_ENTRIES = 5000
_TOKEN_BYTES = 32

Shown = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
_SHOWN: dict[ItemStatus, tuple[Shown, str]] = {
    ItemStatus.PARKED: ("TENTATIVE", "Held back: "),
    ItemStatus.UNKNOWN: ("TENTATIVE", "Unconfirmed: "),
    ItemStatus.FAILED: ("CANCELLED", "Not posted: "),
    ItemStatus.MISSED: ("CANCELLED", "Not posted: "),
}


class CalendarService:
    """The schedule for calendar programs, and the secret address under which they read it."""

    def __init__(
        self, session: AsyncSession, items: ItemRepository, standing: StandingService, *, clock: Clock, now: Now
    ) -> None:
        self._session = session
        self._feeds = CalendarFeedRepository(session)
        self._items = items
        self._standing = standing
        self._clock = clock
        self._now = now

    async def calendar(self) -> bytes:
        """Return what goes out from now on and what did within 90 days, without what was cancelled."""
        account = (await self._standing.current()).account
        since = await self._now(self._session) - _PAST
        items = await self._items.uncancelled_since(since, limit=_MOST_ENTRIES)
        name = "Posts" if account is None else f"Posts of {account.name}"
        return render(name, [_entry(item) for item in items])

    async def calendar_of(self, token: str) -> bytes:
        """Return the calendar that a secret address opens. Raises CalendarNotFoundError (404)."""
        account_id = await self._feeds.account_of(token)
        if account_id is None:
            raise CalendarNotFoundError("This address is not in use, or not any more. Make a new one.")
        await set_account(self._session, account_id)
        return await self.calendar()

    async def feed(self) -> CalendarFeed:
        feed = await self._feeds.current()
        if feed is None:
            raise CalendarNotFoundError("This account has no calendar address. Make one: POST /api/schedule/calendar.")
        return feed

    async def new_address(self, principal: Principal) -> tuple[CalendarFeed, str]:
        """Return the feed and its new token, which is known to nobody afterwards. A former address ends."""
        await lock_account(self._session)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        feed = await self._feeds.current()
        if feed is None:
            feed = CalendarFeed(account_id=principal.account_id)
            self._feeds.add(feed)
        feed.token_hash = hash_of(token)
        feed.created_at, feed.created_by = self._clock.now(), principal.user_id
        await record(self._session, self._clock, principal, "CALENDAR_ADDRESS_CREATED")
        return feed, token

    async def end_address(self, principal: Principal) -> None:
        """Close the calendar to whoever knows its address. May be repeated."""
        await lock_account(self._session)
        feed = await self._feeds.current()
        if feed is not None:
            await self._feeds.remove(feed)
            await record(self._session, self._clock, principal, "CALENDAR_ADDRESS_ENDED")


def _entry(item: ScheduleItem) -> Entry:
    status, prefix = _SHOWN.get(ItemStatus(item.status), ("CONFIRMED", ""))
    if item.status == ItemStatus.QUEUED and item.at_risk_code is not None:
        prefix = "At risk: "
    notes = [item.error_message or (item.at_risk_message if prefix else None), item.payload["text"]]
    platform = LIMITS[cast("Platform", item.platform)].display_name
    return Entry(
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
