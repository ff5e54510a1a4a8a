"""Every local time resolves to exactly one instant, also on days with a clock change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scheduler.slots.zones import ClockChange, resolve

ZONES = sorted(available_timezones())
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
minutes = st.integers(0, 24 * 60 - 1)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def requested(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + minute * MINUTE


@given(zones, days, minutes)
@example(ZoneInfo("Pacific/Auckland"), date(2026, 9, 27), 150)
@example(ZoneInfo("America/Sao_Paulo"), date(2018, 11, 4), 30)
@example(ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4), 125)
@example(ZoneInfo("Pacific/Apia"), date(2011, 12, 30), 600)
@example(ZoneInfo("Africa/Monrovia"), date(1972, 1, 7), 10)
@settings(deadline=None)
def test_an_existing_local_time_is_kept_and_a_skipped_one_becomes_the_end_of_its_gap(
    zone: ZoneInfo, day: date, minute: int
) -> None:
    moment = resolve(zone, day, minute)

    assert moment.at.tzinfo is UTC
    assert moment.local == moment.at
    if moment.change is ClockChange.SKIPPED:
        assert wall(moment.at, zone) > requested(day, minute)
        # one minute earlier, the clocks still showed a time before the requested one
        assert wall(moment.at - MINUTE, zone) < requested(day, minute)
    else:
        assert wall(moment.at, zone) == requested(day, minute)


@given(zones, days, minutes)
@example(ZoneInfo("Pacific/Auckland"), date(2026, 4, 5), 150)
@example(ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5), 105)
@settings(deadline=None)
def test_the_first_of_two_equal_local_times_is_used(zone: ZoneInfo, day: date, minute: int) -> None:
    moment = resolve(zone, day, minute)
    assume(moment.change is not ClockChange.SKIPPED)

    twins = [
        moment.at + hours * timedelta(minutes=10)
        for hours in range(-18, 19)
        if hours and wall(moment.at + hours * timedelta(minutes=10), zone) == requested(day, minute)
    ]
    assert all(twin > moment.at for twin in twins)
    if twins:
        assert moment.change is ClockChange.REPEATED


@given(zones, days, minutes, minutes)
@settings(deadline=None)
def test_a_later_local_time_is_never_an_earlier_instant(zone: ZoneInfo, day: date, one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    first, second = resolve(zone, day, earlier), resolve(zone, day, later)
    # of a repeated hour always the first occurrence is used, so the order holds there too
    assert first.at <= second.at


@pytest.mark.parametrize(
    ("zone", "day", "minute", "at", "change"),
    [
        # https://www.govt.nz: daylight saving starts on the last Sunday of September at 2:00, ends in April at 3:00
        ("Pacific/Auckland", "2026-09-27", "01:59", "2026-09-26T13:59Z", "none"),
        ("Pacific/Auckland", "2026-09-27", "02:00", "2026-09-26T14:00Z", "skipped"),
        ("Pacific/Auckland", "2026-09-27", "02:30", "2026-09-26T14:00Z", "skipped"),
        ("Pacific/Auckland", "2026-09-27", "03:00", "2026-09-26T14:00Z", "none"),
        ("Pacific/Auckland", "2026-04-05", "01:59", "2026-04-04T12:59Z", "none"),
        ("Pacific/Auckland", "2026-04-05", "02:30", "2026-04-04T13:30Z", "repeated"),
        ("Pacific/Auckland", "2026-04-05", "03:00", "2026-04-04T15:00Z", "none"),
        ("Europe/Lisbon", "2026-03-29", "01:15", "2026-03-29T01:00Z", "skipped"),
        ("Europe/Lisbon", "2026-10-25", "01:15", "2026-10-25T00:15Z", "repeated"),
        ("Europe/Lisbon", "2026-10-25", "09:00", "2026-10-25T09:00Z", "none"),
        # Brazil's last clock change was at midnight: the day starts at 01:00
        ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:00Z", "skipped"),
        ("America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18T01:30Z", "repeated"),
        ("America/Sao_Paulo", "2026-11-01", "00:30", "2026-11-01T03:30Z", "none"),
        # Lord Howe changes by half an hour
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30Z", "skipped"),
        ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30Z", "none"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45Z", "repeated"),
        ("Australia/Lord_Howe", "2026-04-05", "01:15", "2026-04-04T14:15Z", "none"),
    ],
)
def test_known_clock_changes(zone: str, day: str, minute: str, at: str, change: str) -> None:
    hours, minutes_of_hour = map(int, minute.split(":"))

    moment = resolve(ZoneInfo(zone), date.fromisoformat(day), hours * 60 + minutes_of_hour)

    assert moment.at == datetime.fromisoformat(at)
    assert moment.change == change
