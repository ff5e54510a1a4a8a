"""Why an item has its time. Stored with each schedule item."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots.zones import ClockChange


class SkipReason(StrEnum):
    """Why a day of the posting rule got no post, or no second one.

    `blackout`: a blackout date. `past`: its time has passed. `too_soon`: its time is less than 15 minutes away.
    `week_full`: the week has as many posts as the rule says. `too_close`: its time is less than 4 hours from another
    post of the account. `no_such_day`: this date, or the window in it, does not exist in the account's time zone,
    because the country crosses the date line. The 15 minutes and the 4 hours are defaults; `detail` names those of this
    installation.
    """

    BLACKOUT = "blackout"
    PAST = "past"
    TOO_SOON = "too_soon"
    WEEK_FULL = "week_full"
    TOO_CLOSE = "too_close"
    NO_SUCH_DAY = "no_such_day"


class SkippedDay(BaseModel):
    """A day of the posting rule that got no post, or no second one, and why."""

    model_config = ConfigDict(frozen=True)

    day: date = Field(description="The date, in the account's time zone.")
    reason: SkipReason = Field(description="The reason, for programs.")
    detail: str = Field(description="The reason, as a sentence for people.")


class AppliedRule(BaseModel):
    """The posting rule as it was when the time was chosen."""

    model_config = ConfigDict(frozen=True)

    frequency: str | None = Field(
        description="`TWICE_WEEKLY` or `THREE_WEEKLY`; null if the rule has a number of posts per week instead."
    )
    posts_per_week: int | None = Field(
        description="Posts per ISO week. Null in old schedule items, which have only `frequency`."
    )
    days_of_week: list[int] = Field(description="ISO weekdays, 1 (Monday) to 7 (Sunday).")
    window: str = Field(
        description="The part of the day in which the time lies, in local time: `08:00-11:00` ends before 11:00."
    )


class TimeChange(BaseModel):
    """What happened to the time of a schedule item after it was first chosen."""

    model_config = ConfigDict(frozen=True)

    at: datetime = Field(description="UTC.")
    change: Literal["moved", "held", "released"] = Field(
        description="`moved`: to another time. `held`: held back (PARKED). `released`: queued again."
    )
    detail: str = Field(description="The change, as a sentence for people.")


class SlotExplanation(BaseModel):
    """Why a post has its time."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "rule",
                    "zone": "Pacific/Auckland",
                    "utc_offset": "+13:00",
                    "local_time": "2026-12-03T08:47:00+13:00",
                    "clock_change": "none",
                    "rule": {
                        "frequency": "TWICE_WEEKLY",
                        "posts_per_week": 2,
                        "days_of_week": [2, 4],
                        "window": "08:00-11:00",
                    },
                    "minute": "08:47",
                    "passed_over": [
                        {
                            "day": "2026-12-01",
                            "reason": "blackout",
                            "detail": "This date is blacked out in the posting rule.",
                        }
                    ],
                    "changes": [],
                }
            ]
        },
    )

    kind: Literal["rule", "explicit", "now"] = Field(
        description="`rule`: a slot of the posting rule. `explicit`: a user chose it. `now`: a user chose to publish "
        "now."
    )
    zone: str = Field(description="IANA name of the time zone that the account had when the time was chosen.")
    utc_offset: str = Field(description="UTC offset in that zone at the scheduled time, such as `+13:00`.")
    local_time: datetime = Field(description="The scheduled time in that zone.")
    clock_change: ClockChange = Field(
        description="`none`: the clocks do not change at that time. `skipped`: the chosen local time does not exist "
        "on that day, because clocks go forward; the first minute after the gap is used. `repeated`: it occurs twice, "
        "because clocks go back; if the posting rule chose it, the first one is used."
    )
    rule: AppliedRule | None = Field(description="The posting rule that chose the time; null if a user chose it.")
    minute: str | None = Field(
        description="Local time of the slot, such as `08:47`: a minute of the window that differs by account and day, "
        "so that not all accounts post at once. Null unless the posting rule chose the time."
    )
    passed_over: list[SkippedDay] = Field(
        description="Days of the posting rule that were skipped between the slot before this one, or the beginning of "
        "the month, and this one."
    )
    changes: list[TimeChange] = Field(
        description="What happened to the time since it was first chosen, oldest first. At most the last 50 changes."
    )

    @classmethod
    def from_stored(cls, value: dict[str, Any]) -> "SlotExplanation":
        """Read the explanation of an item. Earlier versions had no changes, and no number of posts per week."""
        rule = value.get("rule")
        return cls.model_validate(
            {"changes": [], **value, "rule": None if rule is None else {"posts_per_week": None, **rule}}
        )
