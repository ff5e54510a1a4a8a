from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scheduler.slots.explanation import SkipReason
from scheduler.slots.planner import Limits, MonthSlots, explain_chosen_time, month_slots
from scheduler.slots.rule import Frequency, SlotRule, TimeWindow, Window
from scheduler.slots.zones import ClockChange

ACCOUNT = UUID("01936f00-0000-7000-8000-000000000001")
AUCKLAND = ZoneInfo("Pacific/Auckland")
SPACING = timedelta(hours=4)
LONG_AGO = Limits(now=datetime(2000, 1, 1, tzinfo=UTC), lead=timedelta(minutes=15), spacing=SPACING)


@st.composite
def rules(draw: st.DrawFn) -> SlotRule:
    frequency = draw(st.sampled_from(Frequency))
    days = draw(st.sets(st.integers(1, 7), min_size=frequency.per_week))
    start = draw(st.integers(0, 24 * 60 - 1))
    window = Window(start, draw(st.integers(start + 1, 24 * 60)))
    blackout = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5))
    return SlotRule(frequency, tuple(sorted(days)), window, blackout)


def days_of(month: date) -> list[date]:
    candidates = [month + timedelta(days=n) for n in range(31)]
    return [day for day in candidates if day.month == month.month]


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
months = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(lambda day: day.replace(day=1))
nows = st.datetimes(datetime(2025, 12, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
CHANGING = SlotRule(Frequency.TWICE_WEEKLY, (5, 6, 7), Window(120, 180))


@given(rules(), zones, st.uuids(), months, nows, st.data())
@example(CHANGING, AUCKLAND, ACCOUNT, date(2026, 9, 1), LONG_AGO.now, None)
@example(CHANGING, AUCKLAND, ACCOUNT, date(2026, 4, 1), LONG_AGO.now, None)
@example(CHANGING, ZoneInfo("Australia/Lord_Howe"), ACCOUNT, date(2026, 4, 1), LONG_AGO.now, None)
@settings(max_examples=150, deadline=None)
def test_slot_properties(
    rule: SlotRule, zone: ZoneInfo, account: UUID, month: date, now: datetime, data: st.DataObject | None
) -> None:
    taken = [] if data is None else data.draw(st.lists(nows, max_size=4), label="taken")
    limits = Limits(now=now, lead=timedelta(minutes=15), spacing=SPACING)

    found = month_slots(rule, zone, account, month, limits=limits, taken=taken)

    instants = [slot.at for slot in found.slots]
    on_calendar = [at.astimezone(zone) for at in instants]
    assert all(at.tzinfo is UTC for at in instants)
    assert all((local.year, local.month) == (month.year, month.month) for local in on_calendar)
    assert all(local.isoweekday() in rule.days_of_week for local in on_calendar)
    assert not {local.date() for local in on_calendar} & rule.blackout_dates
    assert all(at >= limits.now + limits.lead for at in instants)
    assert all(later - earlier >= SPACING for earlier, later in pairwise(instants))
    assert all(abs(at - other) >= SPACING for at in instants for other in taken)
    weeks = Counter(local.isocalendar()[:2] for local in on_calendar)
    weeks_before = Counter(at.astimezone(zone).isocalendar()[:2] for at in set(taken))
    assert all(weeks[week] + weeks_before[week] <= rule.per_week for week in weeks)
    for slot in found.slots:
        if slot.explanation.clock_change is not ClockChange.SKIPPED:
            wall = slot.at.astimezone(zone)
            assert rule.window.start <= wall.hour * 60 + wall.minute < rule.window.end
        assert slot.explanation.local_time == slot.at
    explained = (
        len(found.slots) + len(found.skipped_days) + sum(len(slot.explanation.passed_over) for slot in found.slots)
    )
    assert explained == sum(day.isoweekday() in rule.days_of_week for day in days_of(month))
    assert month_slots(rule, zone, account, month, limits=limits, taken=taken) == found


@given(rules(), zones, st.uuids(), months)
@settings(max_examples=50, deadline=None)
def test_a_second_plan_never_reuses_slots_of_the_first(
    rule: SlotRule, zone: ZoneInfo, account: UUID, month: date
) -> None:
    first = month_slots(rule, zone, account, month, limits=LONG_AGO)
    taken = [slot.at for slot in first.slots[::2]]

    second = month_slots(rule, zone, account, month, limits=LONG_AGO, taken=taken)

    assert not {slot.at for slot in second.slots} & set(taken)


def plan(
    rule: SlotRule, month: str, *, zone: ZoneInfo = AUCKLAND, limits: Limits = LONG_AGO, taken: tuple[str, ...] = ()
) -> MonthSlots:
    instants = [datetime.fromisoformat(at) for at in taken]
    return month_slots(rule, zone, ACCOUNT, date.fromisoformat(f"{month}-01"), limits=limits, taken=instants)


MORNINGS = SlotRule(Frequency.TWICE_WEEKLY, (2, 4), TimeWindow.MORNING.window)


def test_twice_weekly_uses_both_days_of_each_week() -> None:
    found = plan(MORNINGS, "2026-12")

    days = [slot.explanation.local_time.date().day for slot in found.slots]
    assert days == [1, 3, 8, 10, 15, 17, 22, 24, 29, 31]
    assert all(time(8) <= slot.explanation.local_time.time() < time(11) for slot in found.slots)
    assert {slot.explanation.utc_offset for slot in found.slots} == {"+13:00"}


def test_a_clock_change_keeps_the_local_time_and_changes_the_offset() -> None:
    found = plan(SlotRule(Frequency.TWICE_WEEKLY, (5, 1), Window(540, 541)), "2026-09")

    assert {slot.explanation.local_time.time() for slot in found.slots} == {time(9)}
    assert [slot.explanation.utc_offset for slot in found.slots][-2:] == ["+12:00", "+13:00"]
    assert [slot.at.hour for slot in found.slots][-2:] == [21, 20]


def test_a_spare_day_replaces_one_that_is_blacked_out() -> None:
    rule = SlotRule(Frequency.TWICE_WEEKLY, (1, 3, 5), TimeWindow.EVENING.window, frozenset([date(2026, 12, 7)]))

    week = [slot for slot in plan(rule, "2026-12").slots if 7 <= slot.explanation.local_time.day <= 13]

    assert [slot.explanation.local_time.isoweekday() for slot in week] == [3, 5]
    assert [(p.day.day, p.reason) for p in week[0].explanation.passed_over] == [(7, SkipReason.BLACKOUT)]


def test_past_and_too_soon_days_are_skipped_with_their_reasons() -> None:
    rule = SlotRule(Frequency.THREE_WEEKLY, (1, 2, 3), Window(600, 601))
    now = datetime(2026, 12, 7, 20, 55, tzinfo=UTC)  # Tuesday the 8th, 9:55 in Auckland
    limits = Limits(now=now, lead=timedelta(minutes=15), spacing=SPACING)

    first = plan(rule, "2026-12", limits=limits).slots[0]

    assert first.explanation.local_time.date() == date(2026, 12, 9)
    assert [p.reason for p in first.explanation.passed_over] == [SkipReason.PAST] * 3 + [SkipReason.TOO_SOON]


def test_an_existing_post_counts_in_its_week_and_keeps_its_spacing() -> None:
    taken = ("2026-12-07T20:30:00Z", "2026-12-14T01:00:00Z")  # Tuesday 8th 9:30, Monday 14th 14:00 in Auckland

    found = plan(MORNINGS, "2026-12", taken=taken)

    assert [slot.explanation.local_time.day for slot in found.slots] == [1, 3, 10, 15, 22, 24, 29, 31]
    reasons = {p.day.day: p.reason for slot in found.slots for p in slot.explanation.passed_over}
    assert reasons == {8: SkipReason.TOO_CLOSE, 17: SkipReason.WEEK_FULL}


def test_days_after_the_last_slot_are_listed_with_their_reasons() -> None:
    late = Limits(now=datetime(2027, 1, 5, tzinfo=UTC), lead=timedelta(), spacing=SPACING)

    found = plan(MORNINGS, "2026-12", limits=late)

    assert found.slots == []
    assert {p.reason for p in found.skipped_days} == {SkipReason.PAST}


def test_a_window_inside_the_skipped_hour_has_one_slot_at_the_end_of_the_gap() -> None:
    rule = SlotRule(Frequency.TWICE_WEEKLY, (6, 7), Window(125, 175))

    slot = plan(rule, "2026-09").slots[-1]

    assert slot.at == datetime(2026, 9, 26, 14, tzinfo=UTC)
    assert slot.explanation.local_time.isoformat() == "2026-09-27T03:00:00+13:00"
    assert slot.explanation.clock_change is ClockChange.SKIPPED


def test_a_window_inside_the_repeated_hour_has_only_its_first_occurrence() -> None:
    """PEP 495: compared in local time, the slot would never equal its own instant and would be used twice."""
    rule = SlotRule(Frequency.TWICE_WEEKLY, (6, 7), Window(150, 151))

    slot = next(s for s in plan(rule, "2026-04").slots if s.explanation.clock_change is ClockChange.REPEATED)
    again = plan(rule, "2026-04", taken=(slot.at.astimezone(AUCKLAND).isoformat(),))

    assert slot.at == datetime(2026, 4, 4, 13, 30, tzinfo=UTC)
    assert slot.explanation.utc_offset == "+13:00"
    assert slot.at not in {s.at for s in again.slots}


def test_a_day_that_does_not_exist_in_the_zone_is_skipped() -> None:
    """Samoa had no 30 December 2011."""
    rule = SlotRule(Frequency.TWICE_WEEKLY, (5, 6), TimeWindow.MORNING.window)

    found = plan(rule, "2011-12", zone=ZoneInfo("Pacific/Apia"))

    assert found.slots[-1].explanation.local_time.date() == date(2011, 12, 31)
    assert found.slots[-1].explanation.passed_over[-1].reason is SkipReason.NO_SUCH_DAY


def test_accounts_are_spread_over_the_window() -> None:
    minutes = {
        month_slots(MORNINGS, AUCKLAND, UUID(int=n), date(2026, 12, 1), limits=LONG_AGO).slots[0].at for n in range(300)
    }

    assert len(minutes) > 120


def test_the_explanation_of_a_repeated_time_has_the_right_offset() -> None:
    first = explain_chosen_time(datetime(2026, 4, 4, 13, 30, tzinfo=UTC), AUCKLAND)
    second = explain_chosen_time(datetime(2026, 4, 4, 14, 30, tzinfo=UTC), AUCKLAND)

    assert (first.utc_offset, second.utc_offset) == ("+13:00", "+12:00")
    assert first.clock_change is second.clock_change is ClockChange.REPEATED
    assert first.local_time.replace(tzinfo=None) == second.local_time.replace(tzinfo=None)


@pytest.mark.parametrize(("start", "end"), [(600, 600), (-1, 5), (1400, 1441)])
def test_a_window_lies_within_one_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="within one day"):
        Window(start, end)
