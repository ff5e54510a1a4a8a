"""What a billing period includes, and what is left of it. Decision 15 has the reasons."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor

HOUR = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)
_NOTHING = (0, 0)


class Kind(StrEnum):
    """What is counted."""

    POSTS = "posts"
    MODEL_CALLS = "model_calls"
    PICTURES = "pictures"
    WEBSITE_READINGS = "website_readings"


class Activity(StrEnum):
    """What units are reserved for."""

    GENERATION = "GENERATION"
    REWRITE = "REWRITE"
    PICTURE = "PICTURE"
    """Drawn again after an edit, or uploaded."""
    WEBSITE_READING = "WEBSITE_READING"


Amounts = Mapping[Kind, int]


@dataclass(frozen=True)
class Terms:
    """One revision of an account's subscription."""

    effective_at: datetime
    included: bool
    """Whether it includes the creation of content."""
    posts_per_month: int
    period_ends_at: datetime | None
    """The end of the paid period; None if billing does not know it."""


@dataclass
class Period:
    """A month of the paid time, and the posts per month of each plan in it, each from the time of its change on."""

    starts_at: datetime
    ends_at: datetime
    plans: list[tuple[datetime, int]]

    @property
    def posts(self) -> Fraction:
        """The posts of its plans, each weighted with its part of the period, as Stripe prorates the price."""
        ends = [*(start for start, _ in self.plans[1:]), self.ends_at]
        weighted = (
            posts * ((end - start) // _MICROSECOND) for (start, posts), end in zip(self.plans, ends, strict=True)
        )
        return Fraction(sum(weighted), (self.ends_at - self.starts_at) // _MICROSECOND)


@dataclass(frozen=True)
class UnitLimits:
    """How many units of the other kinds belong to a plan's posts: far more than posts need, and a bound on abuse."""

    model_calls_per_post: int
    pictures_per_post: int
    website_readings: int

    def of(self, posts: Fraction) -> dict[Kind, int]:
        """Return the limit of each kind, rounded to the nearest whole unit."""
        return {
            Kind.POSTS: _rounded(posts),
            Kind.MODEL_CALLS: _rounded(posts * self.model_calls_per_post),
            Kind.PICTURES: _rounded(posts * self.pictures_per_post),
            Kind.WEBSITE_READINGS: self.website_readings if posts > 0 else 0,
        }


@dataclass(frozen=True)
class Balance:
    """The units of one kind in the current period."""

    limit: int
    used: int
    reserved: int
    """For work in progress; what it does not use returns."""
    carried: int = 0
    """Used in earlier periods beyond what these included; already subtracted from `limit`."""

    @property
    def left(self) -> int:
        return max(self.limit - self.used - self.reserved, 0)


def periods_until(terms: Iterable[Terms], now: datetime) -> list[Period]:
    """Return the periods of an account up to the one that contains ``now``. ``terms``: by revision.

    A period is a month that ends at the end of the paid period, or that many months before or after it: a renewal may
    be reported late, and a price may be for a year. While that end is unknown, months count from the first revision.
    """
    periods: list[Period] = []
    anchor: datetime | None = None
    included, posts, latest = False, 0, None
    for each in terms:
        at = min(each.effective_at if latest is None else max(each.effective_at, latest), now)
        latest = at
        if anchor is not None:
            _continue(periods, anchor, at, posts if included else 0)
        if each.included:
            anchor = each.period_ends_at or anchor or at
            _apply(periods, _month_of(anchor, at), at, each.posts_per_month, resumed=not included)
            posts = each.posts_per_month
        # Without a plan nothing more is created, but the paid rest of the period stays what it was.
        included = each.included
    if anchor is not None:
        _continue(periods, anchor, now, posts if included else 0)
    return periods


def balances(
    periods: Sequence[Period], uses: Sequence[Mapping[Kind, tuple[int, int]]], limits: UnitLimits
) -> dict[Kind, Balance]:
    """Return what is left of the last period. ``uses``: what was used and is reserved, for each period.

    What a period used beyond what it included counts in the next ones: a plan that was larger for some minutes gives
    the posts of these minutes, and a downgrade after a generation does not make it free.
    """
    carried = dict.fromkeys(Kind, 0)
    for period, use in zip(periods[:-1], uses[:-1], strict=True):
        included = limits.of(period.posts)
        carried = {kind: max(carried[kind] + sum(use.get(kind, _NOTHING)) - included[kind], 0) for kind in Kind}
    current, now = limits.of(periods[-1].posts), uses[-1]
    return {
        kind: Balance(
            max(current[kind] - carried[kind], 0), *now.get(kind, _NOTHING), carried=min(carried[kind], current[kind])
        )
        for kind in Kind
    }


def default_posts(balance: Balance, posts_per_month: int, existing: int) -> int:
    """Return how many posts to generate if the request does not say: as many as the month lacks, and are left."""
    return min(balance.left, max(posts_per_month - existing, 0))


def _apply(periods: list[Period], month: tuple[datetime, datetime], at: datetime, posts: int, *, resumed: bool) -> None:
    """Apply a plan that begins ``at``, in the month that its own paid period says."""
    start, end = month
    if not periods or start > periods[-1].starts_at:
        # a first or new subscription, or the same after a change of its dates: another paid month begins
        if periods:
            periods[-1].ends_at = start
            periods[-1].plans = [plan for plan in periods[-1].plans if plan[0] < start]
        periods.append(Period(start, end, [(start, posts)]))
        return
    current = periods[-1]
    current.ends_at = end
    if resumed and current.plans == [(current.starts_at, 0)]:
        current.plans = [(current.starts_at, posts)]
    elif current.plans[-1][1] != posts:
        current.plans.append((at, posts))


def _continue(periods: list[Period], anchor: datetime, until: datetime, posts: int) -> None:
    """Append the months that have begun since, of an unchanged plan."""
    while periods and periods[-1].ends_at <= until:
        start = periods[-1].ends_at
        periods.append(Period(start, _month_of(anchor, start)[1], [(start, posts)]))


def _month_of(anchor: datetime, at: datetime) -> tuple[datetime, datetime]:
    """Return the month around ``at`` among those that begin at ``anchor``, or whole months before or after it."""
    number = (at.year - anchor.year) * 12 + at.month - anchor.month
    while _shifted(anchor, number) > at:
        number -= 1
    while _shifted(anchor, number + 1) <= at:
        number += 1
    return _shifted(anchor, number), _shifted(anchor, number + 1)


def _shifted(anchor: datetime, months: int) -> datetime:
    """Return the anchor that many months later; the last day of a shorter month, as Stripe does."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, monthrange(year, month + 1)[1]))


def _rounded(units: Fraction) -> int:
    return floor(units + Fraction(1, 2))
