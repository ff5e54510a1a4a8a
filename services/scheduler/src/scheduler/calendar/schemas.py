"""The responses about the calendar: its secret URL as JSON, and the schedule as iCalendar (RFC 5545)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from common.http import samples
from icalendar import Calendar, Event, Timezone, TimezoneStandard
from icalendar.prop import vText
from pydantic import BaseModel, ConfigDict, Field

from scheduler.models import CalendarFeed

EntryStatus = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

_QUARTER_HOUR = timedelta(minutes=15)
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HTTP_URL = re.compile(r"https?://[!-~]+")


class CalendarFeedOut(BaseModel):
    """When the secret calendar URL was created, and by whom."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"created_at": samples.APPROVED, "created_by": samples.USER_ID}]}
    )

    created_at: datetime = Field(description="When the URL was created.")
    created_by: UUID = Field(description="Id of the user who created it.")

    @classmethod
    def of(cls, feed: CalendarFeed) -> "CalendarFeedOut":
        return cls(created_at=feed.created_at, created_by=feed.created_by)


class CalendarAddressOut(CalendarFeedOut):
    """The secret calendar URL. Anyone who has it can read the calendar without signing in. It is returned only here.

    It stops working when it is deleted or replaced by a new one, and when the user who created it may not create one
    any more, because the role changes or the user is deactivated.
    """

    url: str = Field(
        description="URL to subscribe to in a calendar program. If it begins with `/`, put the origin of this API "
        "before it.",
        examples=[
            "https://api.pulseworks.example/api/schedule/calendar/4xR2mVb7QeYt0LkN8uJcPzW3sGhF6iDoAaT5vXyKqBM.ics"
        ],
    )


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event of the calendar."""

    uid: str
    """Constant over the entry's changes; otherwise calendar programs show it twice."""
    at: datetime
    changed_at: datetime
    sequence: int
    """Increases with each change."""
    status: EntryStatus
    summary: str
    description: str
    category: str
    url: str | None


def render_calendar(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Return a calendar called ``name`` with these entries, of 15 minutes each. Equal input yields equal bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//PulseWorks//Schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _text(name))
    calendar.add("x-wr-calname", _text(name))
    # RFC 7986, section 5.7: how often a subscriber should refresh
    calendar.add("refresh-interval", _QUARTER_HOUR, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for entry in entries:
        calendar.add_component(_event(entry))
    if not calendar.subcomponents:
        # RFC 5545, section 3.6: at least one component, also before the first post
        calendar.add_component(_utc())
    rendered: bytes = calendar.to_ical()
    return rendered


class _Text(vText):
    r"""A TEXT value that keeps a literal ``\N``, which the library would turn into a line break."""

    def to_ical(self) -> bytes:
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))


def _text(value: str) -> _Text:
    """Return ``value`` without control characters, which TEXT may not contain (RFC 5545, section 3.3.11)."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _Text(_CONTROL_CHARACTERS.sub("", value))


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", _text(entry.uid))
    # without a METHOD, DTSTAMP is the time of the last change (RFC 5545, section 3.8.7.2)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.at.astimezone(UTC))
    event.add("duration", _QUARTER_HOUR)
    event.add("transp", "TRANSPARENT")
    event.add("status", entry.status)
    event.add("summary", _text(entry.summary))
    event.add("description", _text(entry.description))
    event.add("categories", [entry.category])
    if entry.url is not None and _HTTP_URL.fullmatch(entry.url):
        event.add("url", entry.url)
    return event


def _utc() -> Timezone:
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time of the zone that it defines
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    standard.add("tzname", "UTC")
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone
