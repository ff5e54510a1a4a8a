"""Slots at every clock change of any zone within ten years.

Only clock changes need tests. They are found once, by comparing offsets, and each is tested with times around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from scheduler.slots.planner import Limits, month_slots
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow, Window
from scheduler.slots.zones import ClockChange, Moment, resolve

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
# no zone has two clock changes within three days
STRIDE = timedelta(days=3)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ACCOUNT = UUID("01936f00-0000-7000-8000-000000000001")
LONG_AGO = Limits(now=datetime(2000, 1, 1, tzinfo=UTC), lead=timedelta(), spacing=4 * HOUR)


@dataclass(frozen=True, slots=True)
class Change:
    """At ``at`` (UTC) the offset of ``zone`` changes."""

    zone: ZoneInfo
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def last_wall(self) -> datetime:
        """The local time of the change with the old offset."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def first_wall(self) -> datetime:
        """The local time of the change with the new offset."""
        return (self.at + self.after).replace(tzinfo=None)


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes_of(zone: ZoneInfo) -> Iterator[Change]:
    at, old = SINCE, offset(zone, SINCE)
    while at < UNTIL:
        new = offset(zone, at + STRIDE)
        if new != old:
            low, high = at, at + STRIDE
            while high - low > SECOND:
                middle = low + (high - low) // SECOND // 2 * SECOND
                low, high = (middle, high) if offset(zone, middle) == old else (low, middle)
            yield Change(zone, high, old, new)
        at, old = at + STRIDE, new


@cache
def all_changes() -> list[Change]:
    return [change for name in sorted(available_timezones()) for change in changes_of(ZoneInfo(name))]


def distinct_changes() -> list[Change]:
    """Return each change once for all zones that have it at the same instant, since the planner treats them alike."""
    return list({(change.at, change.before, change.after): change for change in all_changes()}.values())


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Return local times around and between two: minutes at the edges and some in the middle."""
    span = end - start
    for near in (-61, -1, 0, 1):
        yield start + near * MINUTE
        yield end + near * MINUTE
    for part in (1, 2, 3):
        yield start + span * part // 4


def resolved(zone: ZoneInfo, wall: datetime) -> tuple[datetime, Moment]:
    wall = wall.replace(second=0, microsecond=0)
    return wall, resolve(zone, wall.date(), wall.hour * 60 + wall.minute)


def walls_at(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def test_the_zone_data_has_clock_changes_to_test() -> None:
    changes = all_changes()

    assert len({change.zone.key for change in changes}) > 150
    assert len(changes) > 3000
    assert any(change.after < change.before for change in changes)
    # Lord Howe changes by half an hour, Troll by two hours
    assert {abs(change.after - change.before) for change in changes} >= {HOUR / 2, HOUR, 2 * HOUR}


def test_a_skipped_minute_becomes_the_first_minute_after_the_gap() -> None:
    for change in all_changes():
        if change.after < change.before:
            continue
        for wall in minutes(change.last_wall, change.first_wall):
            requested, moment = resolved(change.zone, wall)
            skipped = change.last_wall <= requested < change.first_wall
            assert (moment.change is ClockChange.SKIPPED) == skipped, (change, requested)
            assert moment.at == (change.at if skipped else requested.replace(tzinfo=UTC) - moment.offset), (
                change,
                requested,
            )
            assert walls_at(change.zone, moment.at) == (change.first_wall if skipped else requested), (
                change,
                requested,
            )


def test_the_first_of_a_repeated_minute_is_used() -> None:
    for change in all_changes():
        if change.after > change.before:
            continue
        for wall in minutes(change.first_wall, change.last_wall):
            requested, moment = resolved(change.zone, wall)
            repeated = change.first_wall <= requested < change.last_wall
            assert (moment.change is ClockChange.REPEATED) == repeated, (change, requested)
            assert walls_at(change.zone, moment.at) == requested, (change, requested)
            if repeated:
                assert moment.at < change.at, (change, requested)
                assert moment.offset == change.before, (change, requested)


def test_a_window_over_a_clock_change_has_one_slot_within_it_in_local_time() -> None:
    """BrightBean uses the changed hour twice, because a slot's local time never equals its own instant (PEP 495)."""
    for change in distinct_changes():
        earlier, later = sorted((change.last_wall, change.first_wall))
        day = earlier.date()
        start = earlier.hour * 60 + earlier.minute
        end = min(start + max(int((later - earlier) / MINUTE), 1), 24 * 60)
        rule = SlotRule(Frequency.TWICE_WEEKLY, (day.isoweekday(), day.isoweekday() % 7 + 1), Window(start, end))

        found = month_slots(rule, change.zone, ACCOUNT, day.replace(day=1), limits=LONG_AGO)

        slots = [slot for slot in found.slots if walls_at(change.zone, slot.at).date() == day]
        # after a gap at the end of a day, the day has no minute left
        whole = change.first_wall.date() == day or change.after < change.before
        assert len(slots) == whole, change
        for slot in slots:
            wall = walls_at(change.zone, slot.at)
            inside = start <= wall.hour * 60 + wall.minute < end
            assert inside or (slot.explanation.clock_change is ClockChange.SKIPPED and slot.at == change.at), change
            again = month_slots(rule, change.zone, ACCOUNT, day.replace(day=1), limits=LONG_AGO, taken=[slot.at])
            assert slot.at not in {other.at for other in again.slots}, change


def test_the_product_windows_keep_their_local_time_through_every_clock_change() -> None:
    """Postiz #1145: slots stored as an offset from UTC shift by an hour with each change. These do not."""
    for change in all_changes():
        day = change.first_wall.date()
        for window in TimeWindow:
            for near in (day - DAY, day, day + DAY):
                wall, moment = resolved(change.zone, middle_of(window, near))
                assert walls_at(change.zone, moment.at) == wall, (change, window)


def middle_of(window: TimeWindow, day: date) -> datetime:
    minute = (window.window.start + window.window.end) // 2
    return datetime.combine(day, time(*divmod(minute, 60)))
