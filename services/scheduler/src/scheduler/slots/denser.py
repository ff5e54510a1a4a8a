"""A posting rule that places more posts, as close as possible to the present one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from scheduler.slots.rule import SlotRule, TimeWindow, Window

_ALL_DAYS = range(1, 8)
MOST_PER_WEEK = 14
"""One post in each of two windows, every day."""


def denser_rule(rule: SlotRule, enough: Callable[[SlotRule], bool]) -> SlotRule | None:
    """Return the first denser rule that is ``enough``: more posts on the same days, then more days, then two a day.

    None: not even two posts a day are.
    """
    return next((candidate for candidate in _denser(rule) if enough(candidate)), None)


def _denser(rule: SlotRule) -> Iterator[SlotRule]:
    days = tuple(sorted(set(rule.days_of_week)))
    others = [day for day in _ALL_DAYS if day not in days]
    for count in range(len(others) + 1):
        chosen = tuple(sorted((*days, *others[:count])))
        capacity = len(chosen) * len(rule.windows)
        for per_week in range(rule.per_week + 1, capacity + 1):
            if count == 0 or per_week > (len(chosen) - 1) * len(rule.windows):
                yield _with(rule, chosen, per_week, rule.second_window)
    if rule.second_window is None:
        second = _other_window(rule.window)
        for per_week in range(max(rule.per_week, len(_ALL_DAYS)) + 1, MOST_PER_WEEK + 1):
            yield _with(rule, tuple(_ALL_DAYS), per_week, second)


def _with(rule: SlotRule, days: tuple[int, ...], per_week: int, second: Window | None) -> SlotRule:
    return replace(rule, frequency=None, posts_per_week=per_week, days_of_week=days, second_window=second)


def _other_window(window: Window) -> Window:
    """Return the window of the day that is furthest from this one."""
    return max((one.window for one in TimeWindow), key=lambda other: abs(other.start - window.start))
