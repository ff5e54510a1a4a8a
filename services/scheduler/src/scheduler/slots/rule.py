from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_MINUTES_OF_DAY = 24 * 60


class Frequency(StrEnum):
    """Posts per ISO week: `TWICE_WEEKLY` is 2, `THREE_WEEKLY` is 3."""

    TWICE_WEEKLY = "TWICE_WEEKLY"
    THREE_WEEKLY = "THREE_WEEKLY"

    @property
    def per_week(self) -> int:
        return {Frequency.TWICE_WEEKLY: 2, Frequency.THREE_WEEKLY: 3}[self]


class TimeWindow(StrEnum):
    """Part of the day, in the account's time zone.

    `MORNING` is 08:00 to 11:00, `AFTERNOON` 12:00 to 16:00, `EVENING` 17:00 to 20:00.
    """

    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"
    EVENING = "EVENING"

    @property
    def window(self) -> "Window":
        return _WINDOWS[self]


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a day in local time, in minutes since midnight. ``end`` is exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= _MINUTES_OF_DAY:
            raise ValueError(f"a window must lie within one day and not be empty: {self.start} to {self.end} does not")

    def __str__(self) -> str:
        return f"{clock_face(self.start)}-{clock_face(self.end)}"


_WINDOWS = {
    TimeWindow.MORNING: Window(8 * 60, 11 * 60),
    TimeWindow.AFTERNOON: Window(12 * 60, 16 * 60),
    TimeWindow.EVENING: Window(17 * 60, 20 * 60),
}


@dataclass(frozen=True, slots=True)
class SlotRule:
    """How often and when an account posts. ``days_of_week`` are ISO days (1 Monday to 7 Sunday).

    Each ISO week uses the first free ones of these days, as many as the frequency says. Further days replace days that
    are blacked out or past. With a second window a day may have two posts, once all days have one.
    """

    frequency: Frequency | None
    """Either this or ``posts_per_week``."""
    days_of_week: tuple[int, ...]
    window: Window
    blackout_dates: frozenset[date] = field(default_factory=frozenset)
    posts_per_week: int | None = None
    second_window: Window | None = None

    @property
    def per_week(self) -> int:
        if self.posts_per_week is not None:
            return self.posts_per_week
        return 0 if self.frequency is None else self.frequency.per_week

    @property
    def windows(self) -> tuple[Window, ...]:
        return (self.window,) if self.second_window is None else (self.window, self.second_window)


def clock_face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
