"""A rule can place what each plan sells, in every month and zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scheduler.slots.denser import MOST_PER_WEEK, denser_rule
from scheduler.slots.planner import Limits, month_slots
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow

SPACING = timedelta(hours=4)
LONG_AGO = Limits(now=datetime(2000, 1, 1, tzinfo=UTC), lead=timedelta(minutes=15), spacing=SPACING)
SOLD = (8, 12, 20)

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
months = st.dates(date(2026, 1, 1), date(2030, 12, 31)).map(lambda day: day.replace(day=1))
windows = st.sampled_from(TimeWindow)


def days_of(month: date) -> list[date]:
    candidates = [month + timedelta(days=n) for n in range(31)]
    return [day for day in candidates if day.month == month.month]


@given(zones, st.uuids(), months, windows, st.data())
@settings(max_examples=150, deadline=None)
def test_the_densest_rule_uses_both_windows_of_every_day(
    zone: ZoneInfo, account: UUID, month: date, first: TimeWindow, data: st.DataObject
) -> None:
    second = data.draw(windows.filter(lambda window: window is not first), label="second")
    blackout = data.draw(st.frozensets(st.sampled_from(days_of(month)), max_size=12), label="blackout")
    rule = SlotRule(None, tuple(range(1, 8)), first.window, blackout, MOST_PER_WEEK, second.window)

    slots = month_slots(rule, zone, account, month, limits=LONG_AGO).slots

    free = [day for day in days_of(month) if day not in blackout]
    assert len(slots) == 2 * len(free)
    assert {slot.at.astimezone(zone).date() for slot in slots} == set(free)
    assert all(later.at - earlier.at >= SPACING for earlier, later in pairwise(slots))
    local = [slot.at.astimezone(zone) for slot in slots]
    inside = [any(w.start <= at.hour * 60 + at.minute < w.end for w in rule.windows) for at in local]
    assert all(inside)


@given(zones, st.uuids(), months, st.sampled_from(SOLD), st.data())
@settings(max_examples=100, deadline=None)
def test_a_denser_rule_places_what_a_plan_sells(
    zone: ZoneInfo, account: UUID, month: date, sold: int, data: st.DataObject
) -> None:
    frequency = data.draw(st.sampled_from(Frequency), label="frequency")
    days = data.draw(st.sets(st.integers(1, 7), min_size=frequency.per_week), label="days")
    blackout = data.draw(st.frozensets(st.sampled_from(days_of(month)), max_size=15), label="blackout")
    rule = SlotRule(frequency, tuple(sorted(days)), data.draw(windows).window, blackout)

    def count(candidate: SlotRule) -> int:
        return len(month_slots(candidate, zone, account, month, limits=LONG_AGO).slots)

    found = rule if count(rule) >= sold else denser_rule(rule, lambda candidate: count(candidate) >= sold)

    assert found is not None
    assert count(found) >= sold
    assert found.blackout_dates == rule.blackout_dates
    assert found.window == rule.window
    assert set(found.days_of_week) >= set(rule.days_of_week)
    assert found.per_week <= len(set(found.days_of_week)) * len(found.windows)


@pytest.mark.parametrize("month", [date(2026, number, 1) for number in range(1, 13)])
def test_a_week_has_second_posts_only_when_every_day_has_one(month: date) -> None:
    rule = SlotRule(None, tuple(range(1, 8)), TimeWindow.MORNING.window, frozenset(), 9, TimeWindow.EVENING.window)
    zone = ZoneInfo("Pacific/Auckland")
    slots = month_slots(rule, zone, UUID(int=1), month, limits=LONG_AGO).slots
    weeks: dict[tuple[int, int], list[date]] = {}
    for slot in slots:
        day = slot.at.astimezone(zone).date()
        weeks.setdefault(day.isocalendar()[:2], []).append(day)
    for week, posts in weeks.items():
        whole = [day for day in days_of(month) if day.isocalendar()[:2] == week]
        assert set(posts) == set(whole)
        assert len(posts) <= 9


def test_no_rule_is_suggested_where_none_suffices() -> None:
    rule = SlotRule(Frequency.TWICE_WEEKLY, (2, 4), TimeWindow.MORNING.window)
    assert denser_rule(rule, lambda _: False) is None
