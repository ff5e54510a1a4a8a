"""A post keeps its instant, and its planned local time is found again in any zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st
from scheduler.slots.planner import explain_chosen_time
from scheduler.slots.wall_time import explain_again, is_shifted, planned_moment
from scheduler.slots.zones import ClockChange

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


@given(instants, zones)
@settings(deadline=None)
def test_an_unchanged_zone_shifts_nothing(at: datetime, zone: ZoneInfo) -> None:
    assert not is_shifted(at, explain_chosen_time(at, zone), zone)


@given(instants, zones, zones)
@settings(deadline=None)
def test_a_realigned_post_has_its_planned_local_time_and_is_not_shifted_again(
    at: datetime, former: ZoneInfo, zone: ZoneInfo
) -> None:
    why = explain_chosen_time(at, former)
    moment = planned_moment(why, zone)
    if moment.change is not ClockChange.SKIPPED:
        assert moment.local.replace(tzinfo=None) == why.local_time.replace(tzinfo=None)
    assert not is_shifted(moment.at, explain_again(why, moment, zone), zone)
    assert is_shifted(at, why, zone) == (
        moment.at != at and at.astimezone(zone).replace(tzinfo=None) != (why.local_time.replace(tzinfo=None))
    )


@given(instants, zones, zones)
@settings(deadline=None)
def test_a_post_that_is_published_now_is_never_shifted(at: datetime, former: ZoneInfo, zone: ZoneInfo) -> None:
    assert not is_shifted(at, explain_chosen_time(at, former, kind="now"), zone)
