"""iCalendar (RFC 5545), as much of it as a calendar of instants needs. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

_OCTETS = 75
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_URI = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the calendar."""

    uid: str
    """Always the same for the same thing, or programs show it twice."""
    at: datetime
    changed_at: datetime
    sequence: int
    """Rises with each change."""
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    summary: str
    description: str
    category: str
    url: str | None


def render(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar called ``name`` with these entries, of 15 minutes each."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//PulseWorks//Schedule//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        # RFC 7986, section 5.7: how often a subscriber may look
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    ]
    events = [line for entry in entries for line in _event(entry)]
    lines += [*(events or _UTC), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


# A calendar holds at least one component (RFC 5545, section 3.6), also before the first post.
_UTC = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "TZNAME:UTC",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    # without a METHOD this is when the entry was last changed (section 3.8.7.2), so equal calendars are equal bytes
    yield f"DTSTAMP:{_time(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_time(entry.changed_at)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART:{_time(entry.at)}"
    yield "DURATION:PT15M"
    yield "TRANSP:TRANSPARENT"
    yield f"STATUS:{entry.status}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield f"CATEGORIES:{_text(entry.category)}"
    if entry.url is not None and _URI.fullmatch(entry.url):
        yield f"URL:{entry.url}"
    yield "END:VEVENT"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Return ``value`` as TEXT (section 3.3.11): some characters escaped, control characters left out."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", value).translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """Return the line in pieces of at most 75 octets (section 3.1), never cut within a character."""
    pieces = [bytearray()]
    for character in line:
        encoded = character.encode()
        if len(pieces[-1]) + len(encoded) > _OCTETS:
            pieces.append(bytearray(b" "))
        pieces[-1] += encoded
    return b"\r\n".join(pieces) + b"\r\n"
