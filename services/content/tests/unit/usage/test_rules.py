"""What a billing period includes, whatever happens to the subscription meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from content.usage.rules import Balance, Kind, Period, Terms, UnitLimits, balances, default_posts, periods_until
from hypothesis import given
from hypothesis import strategies as st

LIMITS = UnitLimits(model_calls_per_post=25, pictures_per_post=10, website_readings=30)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLANS = (8, 12, 20)


def at(day: int, month: int = 11, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def plan(posts: int, since: datetime, ends: datetime | None = None, *, included: bool = True) -> Terms:
    return Terms(since, included, posts, ends)


def boundaries(periods: Sequence[Period]) -> list[datetime]:
    return [periods[0].starts_at, *(period.ends_at for period in periods)]


def posts_of(periods: Sequence[Period], *used: int) -> Balance:
    uses = [{Kind.POSTS: (count, 0)} for count in used]
    return balances(periods, uses, LIMITS)[Kind.POSTS]


changes = st.lists(
    st.tuples(
        st.integers(0, 40 * 24 * 60),  # minutes since the last change
        st.sampled_from([*PLANS, None]),  # None: the subscription has ended
        st.one_of(st.none(), st.integers(-5, 400)),  # days until the end of the paid period
    ),
    min_size=1,
    max_size=8,
)


def history(steps: Sequence[tuple[int, int | None, int | None]]) -> list[Terms]:
    terms, now = [], START
    for minutes, posts, days in steps:
        now += timedelta(minutes=minutes)
        ends = None if days is None else now + timedelta(days=days)
        terms.append(Terms(now, posts is not None, posts or 0, ends))
    return terms


@given(changes, st.integers(0, 100 * 24 * 60))
def test_periods_follow_each_other_and_the_last_contains_the_present(
    steps: list[tuple[int, int | None, int | None]], later: int
) -> None:
    terms = history(steps)
    now = terms[-1].effective_at + timedelta(minutes=later)

    periods = periods_until(terms, now)

    if not any(each.included for each in terms):
        assert periods == []
        return
    assert periods[-1].starts_at <= now < periods[-1].ends_at
    for earlier, following in pairwise(periods):
        assert earlier.ends_at == following.starts_at
    for period in periods:
        starts = [start for start, _ in period.plans]
        assert starts[0] == period.starts_at < period.ends_at
        assert starts == sorted(starts)
        assert starts[-1] <= period.ends_at


@given(changes, st.integers(0, 100 * 24 * 60))
def test_a_period_includes_no_less_than_its_smallest_plan_and_no_more_than_its_largest(
    steps: list[tuple[int, int | None, int | None]], later: int
) -> None:
    terms = history(steps)

    for period in periods_until(terms, terms[-1].effective_at + timedelta(minutes=later)):
        plans = [posts for _, posts in period.plans]
        assert min(plans) <= period.posts <= max(plans)


@given(st.lists(st.tuples(st.integers(1, 20 * 24 * 60), st.sampled_from(PLANS)), min_size=1, max_size=12))
def test_no_order_of_plans_makes_posts_free(steps: list[tuple[int, int]]) -> None:
    """A customer who takes all that is left after each change has at the end what was paid for, and a debt that the
    next periods pay back: at most one period's posts of the largest plan."""
    terms: list[Terms] = []
    taken: list[tuple[datetime, int]] = []
    now = START
    for minutes, posts in steps:
        terms.append(plan(posts, now, at(2, 12)))
        periods = periods_until(terms, now)
        left = posts_of(periods, *_used(periods, taken)).left
        taken.append((now, left))
        now += timedelta(minutes=minutes)
    periods = periods_until(terms, now)

    paid = sum(period.posts for period in periods)
    assert sum(count for _, count in taken) <= paid + max(PLANS) + len(periods)
    used = _used(periods, taken)
    if not used[-1]:  # the debt is subtracted from what follows
        overdrawn = max(sum(used) - sum(LIMITS.of(period.posts)[Kind.POSTS] for period in periods[:-1]), 0)
        included = LIMITS.of(periods[-1].posts)[Kind.POSTS]
        assert posts_of(periods, *used).left <= max(included - overdrawn, 0)


def _used(periods: Sequence[Period], taken: Sequence[tuple[datetime, int]]) -> list[int]:
    return [sum(count for moment, count in taken if period.starts_at <= moment < period.ends_at) for period in periods]


def test_an_upgrade_for_minutes_gives_no_free_posts() -> None:
    """Upgrade, generate 20, downgrade: the 12 posts too many count in the next periods."""
    upgraded = [plan(8, at(2), at(2, 12)), plan(20, at(2, hour=10), at(2, 12))]
    assert posts_of(periods_until(upgraded, at(2, hour=10)), 0).left == 20
    downgraded = [*upgraded, Terms(at(2, hour=10) + timedelta(minutes=9), True, 8, at(2, 12))]

    def left(now: datetime, *used: int) -> Balance:
        return posts_of(periods_until(downgraded, now), *used)

    assert left(at(3), 20).left == 0
    assert left(at(2, 12), 20, 0) == Balance(limit=0, used=0, reserved=0, carried=8)
    assert left(at(2, 1, year=2027), 20, 0, 0) == Balance(limit=4, used=0, reserved=0, carried=4)
    assert left(at(2, 2, year=2027), 20, 0, 0, 0).left == 8


def test_an_upgrade_and_downgrade_for_minutes_changes_nothing() -> None:
    toggled = [plan(8, at(2), at(2, 12)), plan(20, at(9), at(2, 12)), plan(8, at(9, hour=10), at(2, 12))]

    assert posts_of(periods_until(toggled, at(10)), 0).limit == 8


@pytest.mark.parametrize(("changed", "limit"), [(at(2), 20), (at(17), 14), (at(2, 12, hour=8), 8)])
def test_a_change_of_plan_counts_for_the_rest_of_the_period(changed: datetime, limit: int) -> None:
    terms = [plan(8, at(2), at(2, 12)), plan(20, changed, at(2, 12))]

    assert posts_of(periods_until(terms, changed), 0).limit == limit
    assert posts_of(periods_until(terms, at(2, 12)), 0, 0).limit == 20


def test_the_first_report_of_a_plan_counts_from_the_beginning_of_its_period() -> None:
    """Events arrive later than the payment; no post is lost for that."""
    late = [plan(8, at(4), at(2, 12))]

    (period,) = periods_until(late, at(5))

    assert period.starts_at == at(2)
    assert period.posts == 8


def test_a_calendar_month_can_have_several_billing_periods() -> None:
    """A subscription that ended and one that began again, each paid for."""
    terms = [
        plan(8, at(2), at(2, 12)),
        plan(0, at(6), at(2, 12), included=False),
        plan(12, at(20), at(20, 12)),
    ]

    periods = periods_until(terms, at(25))

    assert boundaries(periods) == [at(2), at(20), at(20, 12)]
    assert posts_of(periods, 8, 3) == Balance(limit=12, used=3, reserved=0)


def test_a_debt_is_not_paid_by_waiting_without_a_plan() -> None:
    terms = [
        plan(20, at(2), at(2, 12)),
        plan(8, at(2, hour=10), at(2, 12)),
        plan(0, at(1, 12), included=False),
        plan(8, at(2, 3, year=2027), at(2, 4, year=2027)),
    ]

    periods = periods_until(terms, at(3, 3, year=2027))

    assert posts_of(periods, 20, *[0] * (len(periods) - 1)) == Balance(limit=0, used=0, reserved=0, carried=8)


def test_the_boundary_belongs_to_the_next_period() -> None:
    terms = [plan(8, at(2), at(2, 12))]

    assert len(periods_until(terms, at(2, 12) - timedelta(microseconds=1))) == 1
    assert len(periods_until(terms, at(2, 12))) == 2


def test_a_renewal_that_is_reported_late_does_not_stop_the_next_period() -> None:
    renewed = [plan(8, at(2), at(2, 12)), plan(8, at(4, 12), at(2, 1, year=2027))]

    assert boundaries(periods_until(renewed[:1], at(3, 12))) == [at(2), at(2, 12), at(2, 1, year=2027)]
    assert boundaries(periods_until(renewed, at(5, 12))) == [at(2), at(2, 12), at(2, 1, year=2027)]


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    terms = [
        plan(8, at(31, 12), at(31, 1, year=2027)),
        plan(8, at(31, 1, year=2027), at(28, 2, year=2027)),
        plan(8, at(28, 2, year=2027), at(31, 3, year=2027)),
    ]

    periods = periods_until(terms, at(1, 4, year=2027))

    ends = [at(31, 1, year=2027), at(28, 2, year=2027), at(31, 3, year=2027), at(30, 4, year=2027)]
    assert boundaries(periods) == [at(31, 12), *ends]
    assert [period.posts for period in periods] == [8] * 4


def test_an_unknown_end_of_the_period_means_months_from_the_first_report() -> None:
    assert boundaries(periods_until([plan(8, at(15))], at(20, 12))) == [at(15), at(15, 12), at(15, 1, year=2027)]


def test_a_price_for_a_year_includes_its_posts_each_month() -> None:
    terms = [plan(8, at(2), at(2, 11, year=2027))]

    assert boundaries(periods_until(terms, at(5, 12))) == [at(2), at(2, 12), at(2, 1, year=2027)]


def test_an_ended_subscription_leaves_its_period_as_it_was_and_includes_nothing_after_it() -> None:
    terms = [plan(8, at(2), at(2, 12)), plan(0, at(10), None, included=False)]

    assert [period.posts for period in periods_until(terms, at(5, 12))] == [8, 0]


def test_a_default_generation_fills_the_month_with_what_is_left() -> None:
    left = Balance(limit=12, used=9, reserved=0)

    assert default_posts(left, 12, existing=0) == 3
    assert default_posts(left, 12, existing=10) == 2
    assert default_posts(left, 12, existing=14) == 0
