from datetime import date, datetime
from typing import Annotated, Self

from common.http import Day, RequestModel, samples
from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.models import PostingRule
from scheduler.slots.denser import MOST_PER_WEEK
from scheduler.slots.rule import Frequency, TimeWindow

IsoDay = Annotated[int, Field(ge=1, le=7)]

_DAYS = (
    "ISO weekdays, 1 (Monday) to 7 (Sunday): at least as many as posts per week, or with a `second_window` half as "
    "many. Each week uses as many of these days as it needs, earliest first, and skips days on which no post is "
    "possible: blacked out, past, or too close to another post."
)
_WINDOW = "Part of the day in which the account posts."
_FREQUENCY = "Two or three posts per ISO week (Monday to Sunday). For other numbers, send `posts_per_week` instead."
_PER_WEEK = (
    "Posts per ISO week (Monday to Sunday), instead of `frequency`: at most as many as `days_of_week`, or with a "
    "`second_window` twice as many."
)
_SECOND = (
    "Another part of the day than `time_window`, for a second post on the same day. It is used in weeks in which each "
    "of `days_of_week` already has a post in `time_window`."
)


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

    frequency: Frequency | None = Field(default=None, description=_FREQUENCY)
    posts_per_week: int | None = Field(default=None, ge=1, le=MOST_PER_WEEK, description=_PER_WEEK)
    days_of_week: list[IsoDay] = Field(min_length=1, max_length=7, description=_DAYS)
    time_window: TimeWindow = Field(description=_WINDOW)
    second_window: TimeWindow | None = Field(default=None, description=_SECOND)
    blackout_dates: list[Day] = Field(
        default=[], max_length=366, description="Dates without posts, in the account's time zone."
    )

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if (self.frequency is None) == (self.posts_per_week is None):
            raise ValueError("set either frequency or posts_per_week")
        if self.second_window == self.time_window:
            raise ValueError("second_window must differ from time_window")
        return self

    @property
    def per_week(self) -> int:
        return self.posts_per_week or (self.frequency.per_week if self.frequency is not None else 0)


class RuleOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "frequency": "TWICE_WEEKLY",
                    "posts_per_week": 2,
                    "days_of_week": [2, 4],
                    "time_window": "MORNING",
                    "second_window": None,
                    "blackout_dates": ["2026-12-01"],
                    "updated_at": samples.APPROVED,
                }
            ]
        }
    )

    frequency: Frequency | None = Field(description="As it was sent; null if `posts_per_week` was sent instead.")
    posts_per_week: int = Field(description="Posts per ISO week (Monday to Sunday), whichever way it was sent.")
    days_of_week: list[int] = Field(description=_DAYS)
    time_window: TimeWindow = Field(description=_WINDOW)
    second_window: TimeWindow | None = Field(description=_SECOND)
    blackout_dates: list[date] = Field(description="Dates without posts, in the account's time zone.")
    updated_at: datetime = Field(description="When the rule was last set.")

    @classmethod
    def of(cls, rule: PostingRule) -> "RuleOut":
        frequency = None if rule.frequency is None else Frequency(rule.frequency)
        return cls(
            frequency=frequency,
            posts_per_week=rule.posts_per_week or (frequency.per_week if frequency is not None else 0),
            days_of_week=rule.days_of_week,
            time_window=TimeWindow(rule.time_window),
            second_window=None if rule.second_window is None else TimeWindow(rule.second_window),
            blackout_dates=rule.blackout_dates,
            updated_at=rule.updated_at,
        )
