"""The answer to "why this time?", kept with each schedule item."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots.zones import ClockChange


class Reason(StrEnum):
    """Why a day of the rule was passed over."""

    BLACKOUT = "blackout"
    PAST = "past"
    TOO_SOON = "too_soon"
    WEEK_FULL = "week_full"
    TOO_CLOSE = "too_close"
    NO_SUCH_DAY = "no_such_day"


class PassedOver(BaseModel):
    """A day of the rule that got no post."""

    model_config = ConfigDict(frozen=True)

    day: date = Field(description="The day, on the account's calendar.")
    reason: Reason
    detail: str = Field(description="The same for a person.")


class WhyRule(BaseModel):
    """The posting rule as it was when the time was chosen."""

    model_config = ConfigDict(frozen=True)

    frequency: str
    days_of_week: list[int] = Field(description="ISO days: 1 is Monday.")
    window: str = Field(description="Wall time, `08:00-11:00`; the end is not part of it.")


class WhyChange(BaseModel):
    """Something that happened to the time since it was chosen."""

    model_config = ConfigDict(frozen=True)

    at: datetime = Field(description="UTC.")
    change: Literal["moved", "held", "released"]
    detail: str = Field(description="The same for a person.")


class Why(BaseModel):
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
        description="By the posting rule, a time that somebody named, or the moment when somebody said: publish now."
    )
    zone: str = Field(description="IANA name of the account's zone when the time was chosen.")
    utc_offset: str = Field(description="Of the zone at that time, for example `+13:00`.")
    local_time: datetime = Field(description="The time on the account's clocks.")
    clock_change: ClockChange = Field(
        description="`skipped`: the chosen minute does not exist that day, the first after the gap was taken. "
        "`repeated`: it comes twice, the first was taken."
    )
    rule: WhyRule | None = Field(description="Null for a time that somebody named.")
    minute: str | None = Field(
        description="The minute of the window that belongs to this account on this day, `08:47`."
    )
    passed_over: list[PassedOver] = Field(description="Days of the rule before this one that got no post, and why.")
    changes: list[WhyChange] = Field(description="Since then: moved, held back, released. Oldest first.")

    @classmethod
    def kept(cls, stored: dict[str, Any]) -> "Why":
        """Read what is kept with an item; items of the first version have no changes."""
        return cls.model_validate({"changes": [], **stored})
