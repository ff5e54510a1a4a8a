"""From local time to an instant, also on days with a clock change.

In Python a local time that is skipped or repeated never equals its own instant (PEP 495). Therefore all comparisons,
here and in callers, are between instants in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)


class ClockChange(StrEnum):
    """Whether clocks change at the chosen local time."""

    NONE = "none"
    SKIPPED = "skipped"
    """The local time does not exist on that day; the first minute after the gap is used."""
    REPEATED = "repeated"
    """The local time occurs twice on that day; the first occurrence is used."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A resolved local time. ``at`` is in UTC, ``local`` is the same instant in the zone."""

    at: datetime
    local: datetime
    change: ClockChange

    @property
    def offset(self) -> timedelta:
        return self.local.utcoffset() or timedelta()


def resolve(zone: ZoneInfo, day: date, minute: int) -> Moment:
    """Return the instant of ``minute`` (since midnight, 0 to 1439) of ``day`` in ``zone``."""
    wall = datetime.combine(day, time(*divmod(minute, 60)))
    first = wall.replace(tzinfo=zone, fold=0)
    second = wall.replace(tzinfo=zone, fold=1)
    at = first.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        end = _end_of_gap(zone, second.astimezone(UTC), at)
        return Moment(end, end.astimezone(zone), ClockChange.SKIPPED)
    repeated = first.utcoffset() != second.utcoffset()
    return Moment(at, at.astimezone(zone), ClockChange.REPEATED if repeated else ClockChange.NONE)


def _end_of_gap(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first whole local minute after the one change of offset between two instants in UTC."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    beyond = timedelta(seconds=after.astimezone(zone).second)
    return after + (_MINUTE - beyond if beyond else timedelta())


def format_offset(offset: timedelta) -> str:
    """Return an offset as ``+13:00``."""
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // _MINUTE, 60)
    return f"{sign}{hours:02}:{minutes:02}"
