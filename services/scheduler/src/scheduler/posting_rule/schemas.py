from datetime import date, datetime
from typing import Annotated

from common.http import Day, RequestModel, samples
from pydantic import BaseModel, ConfigDict, Field

from scheduler.models import PostingRule
from scheduler.slots.rule import Frequency, TimeWindow

IsoDay = Annotated[int, Field(ge=1, le=7)]

_DAYS = (
    "ISO weekdays, 1 (Monday) to 7 (Sunday); at least as many as posts per week. Each week uses the first free days; "
    "extra days replace days that are blacked out or past."
)
_WINDOW = "In the account's time zone: MORNING 08:00-11:00, AFTERNOON 12:00-16:00, EVENING 17:00-20:00."
_FREQUENCY = "Two or three posts per ISO week."


class RuleIn(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "frequency": "TWICE_WEEKLY",
                    "days_of_week": [2, 4],
                    "time_window": "MORNING",
                    "blackout_dates": ["2026-12-01"],
                }
            ]
        },
    )

    frequency: Frequency = Field(description=_FREQUENCY)
    days_of_week: list[IsoDay] = Field(min_length=1, max_length=7, description=_DAYS)
    time_window: TimeWindow = Field(description=_WINDOW)
    blackout_dates: list[Day] = Field(
        default=[], max_length=366, description="Dates without posts, in the account's time zone."
    )


class RuleOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "frequency": "TWICE_WEEKLY",
                    "days_of_week": [2, 4],
                    "time_window": "MORNING",
                    "blackout_dates": ["2026-12-01"],
                    "updated_at": samples.APPROVED,
                }
            ]
        }
    )

    frequency: Frequency = Field(description=_FREQUENCY)
    days_of_week: list[int] = Field(description=_DAYS)
    time_window: TimeWindow = Field(description=_WINDOW)
    blackout_dates: list[date] = Field(description="Dates without posts, in the account's time zone.")
    updated_at: datetime

    @classmethod
    def of(cls, rule: PostingRule) -> "RuleOut":
        return cls(
            frequency=Frequency(rule.frequency),
            days_of_week=rule.days_of_week,
            time_window=TimeWindow(rule.time_window),
            blackout_dates=rule.blackout_dates,
            updated_at=rule.updated_at,
        )
