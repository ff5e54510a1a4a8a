"""Why an item has its time. Stored with each schedule item."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots.zones import ClockChange


class SkipReason(StrEnum):
    """Why a day of the rule was skipped.

    `blackout`: a blackout date. `past`: its time has passed. `too_soon`: less than the minimum lead time away.
    `week_full`: the week has all its posts. `too_close`: too close to another post. `no_such_day`: the date does not
    exist in the account's time zone, or ends early.
    """

    BLACKOUT = "blackout"
    PAST = "past"
    TOO_SOON = "too_soon"
    WEEK_FULL = "week_full"
    TOO_CLOSE = "too_close"
    NO_SUCH_DAY = "no_such_day"


class SkippedDay(BaseModel):
    """A day of the rule that was skipped."""

    model_config = ConfigDict(frozen=True)

    day: date = Field(description="The date, in the account's time zone.")
    reason: SkipReason
    detail: str = Field(description="The reason as a sentence, for people.")


class AppliedRule(BaseModel):
    """The posting rule as it was when the time was chosen."""

    model_config = ConfigDict(frozen=True)

    frequency: str | None = Field(description="Null if the rule has `posts_per_week` instead.")
    posts_per_week: int | None = Field(description="Null for times chosen before this field existed.")
    days_of_week: list[int] = Field(description="ISO weekdays, 1 (Monday) to 7 (Sunday).")
    window: str = Field(
        description="The window of this time, in local time, such as `08:00-11:00`. The end is exclusive."
    )


class TimeChange(BaseModel):
    """A change of the schedule item after its time was chosen."""

    model_config = ConfigDict(frozen=True)

    at: datetime = Field(description="UTC.")
    change: Literal["moved", "held", "released"]
    detail: str = Field(description="The change as a sentence, for people.")


class SlotExplanation(BaseModel):
    """Explanation of a scheduled time."""

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
        description="`rule`: from the posting rule. `explicit`: requested by a user. `now`: publish now."
    )
    zone: str = Field(description="IANA name of the account's time zone when the time was chosen.")
    utc_offset: str = Field(description="UTC offset of the time zone at the scheduled time, such as `+13:00`.")
    local_time: datetime = Field(description="The scheduled time in the account's time zone.")
    clock_change: ClockChange = Field(
        description="`skipped`: the local time does not exist on that day (clocks go forward); the first minute "
        "after the gap is used. `repeated`: it occurs twice (clocks go back); the first one is used."
    )
    rule: AppliedRule | None = Field(description="Null unless the posting rule chose the time.")
    minute: str | None = Field(
        description="The account's minute within the window on this day, such as `08:47`. It differs by account and "
        "day to spread the load. Null unless the posting rule chose the time."
    )
    passed_over: list[SkippedDay] = Field(description="Earlier days that were skipped, and why.")
    changes: list[TimeChange] = Field(
        description="Later changes, oldest first: moved, held back, released. At most the last 50."
    )

    @classmethod
    def from_stored(cls, value: dict[str, Any]) -> "SlotExplanation":
        """Read the explanation of an item. Earlier versions had no changes, and no number of posts per week."""
        rule = value.get("rule")
        return cls.model_validate(
            {"changes": [], **value, "rule": None if rule is None else {"posts_per_week": None, **rule}}
        )
