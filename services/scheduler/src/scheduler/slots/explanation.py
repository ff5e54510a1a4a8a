"""Why an item has its time. Stored with each schedule item."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots.zones import ClockChange


class SkipReason(StrEnum):
    """Why a day of the rule was skipped."""

    BLACKOUT = "blackout"
    PAST = "past"
    TOO_SOON = "too_soon"
    WEEK_FULL = "week_full"
    TOO_CLOSE = "too_close"
    NO_SUCH_DAY = "no_such_day"


class SkippedDay(BaseModel):
    """A day of the rule that got no post."""

    model_config = ConfigDict(frozen=True)

    day: date = Field(description="The date, in the account's time zone.")
    reason: SkipReason
    detail: str = Field(description="The reason as a sentence, for people.")


class AppliedRule(BaseModel):
    """The posting rule as it was when the time was chosen."""

    model_config = ConfigDict(frozen=True)

    frequency: str
    days_of_week: list[int] = Field(description="ISO days: 1 is Monday.")
    window: str = Field(description="Local time, `08:00-11:00`. The end is exclusive.")


class TimeChange(BaseModel):
    """A change of the item since its time was chosen."""

    model_config = ConfigDict(frozen=True)

    at: datetime = Field(description="UTC.")
    change: Literal["moved", "held", "released"]
    detail: str = Field(description="The change as a sentence, for people.")


class SlotExplanation(BaseModel):
    """Why an item has its time."""

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
                    "rule": {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "window": "08:00-11:00"},
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
        description="Who chose the time: `rule`, the posting rule; `explicit`, a person; `now`, a publish-now."
    )
    zone: str = Field(description="IANA name of the account's zone when the time was chosen.")
    utc_offset: str = Field(description="UTC offset of the zone at that time, for example `+13:00`.")
    local_time: datetime = Field(description="The time in the account's time zone.")
    clock_change: ClockChange = Field(
        description="`skipped`: the minute does not exist on that day, so the first minute after the gap is used. "
        "`repeated`: the minute occurs twice, so the first one is used."
    )
    rule: AppliedRule | None = Field(description="Null unless the posting rule chose the time.")
    minute: str | None = Field(description="The account's own minute of the window on this day, `08:47`.")
    passed_over: list[SkippedDay] = Field(description="Days of the rule before this one that got no post, and why.")
    changes: list[TimeChange] = Field(description="Changes since then, oldest first.")

    @classmethod
    def from_stored(cls, value: dict[str, Any]) -> "SlotExplanation":
        """Read the explanation of an item. Items of the first version have no changes."""
        return cls.model_validate({"changes": [], **value})
