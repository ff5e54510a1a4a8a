from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.http import RequestModel, samples
from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field

from scheduler.items.schemas import Month
from scheduler.slots.explanation import SkippedDay, SlotExplanation
from scheduler.slots.rule import SlotRule, TimeWindow

ALREADY_SCHEDULED: dict[str, Any] = {
    "content_id": "0193a5c0-0000-7000-8000-000000000014",
    "platform": "INSTAGRAM",
    "code": "already_scheduled",
    "message": "It is already scheduled. Move or cancel that post.",
}


APPROVED_POSTS = (
    "How many approved posts of the month this response is based on, scheduled or not. A new approval takes a moment "
    "to arrive: if the number is too low, repeat the request with the `Consistency-Token` of the approvals."
)

SHIFTED = (
    "How many QUEUED or PARKED schedule items will go out at another local time than planned. An item keeps its time "
    "in UTC when the account gets another time zone, and when a country changes the rules of its zone (not in the "
    "usual change between winter and summer time). `POST /api/schedule/zone/realign` moves them to the planned local "
    "time."
)


class Refusal(BaseModel):
    """Why a content item was not, or would not be, scheduled."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALREADY_SCHEDULED]})

    content_id: UUID | None = Field(description="Null if the reason concerns all content items.")
    platform: Platform | None = Field(
        description="`FACEBOOK` or `INSTAGRAM`; null if the reason concerns all platforms."
    )
    code: str = Field(
        description="Stable code: `subscription_without_posting`, `profile_not_verified`, `platform_not_verified`, "
        "`profile_needs_reconnect`, `content_not_approved`, `content_not_in_month`, `platform_not_in_content`, "
        "`already_scheduled`, `already_published`, `outcome_unknown`, `slot_taken`, `no_slot_left` or "
        "`nothing_approved`."
    )
    message: str = Field(description="Text for people: what is wrong and what to do.")


class PlanIn(RequestModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"month": samples.MONTH}]})

    month: Month
    content_ids: list[UUID] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Plan only these content items. Default: all approved ones of the month.",
    )


class PlannedPost(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "content_id": samples.CONTENT_ID,
                    "title": samples.TITLE,
                    "platform": "INSTAGRAM",
                    "scheduled_for": samples.DUE,
                }
            ]
        }
    )

    content_id: UUID = Field(description="Id of the content item.")
    title: str = Field(description="Name of the post in lists. It is not posted.")
    platform: Platform = Field(description="`FACEBOOK` or `INSTAGRAM`.")
    scheduled_for: datetime = Field(description="UTC.")
    why: SlotExplanation = Field(description="Why it gets this time.")


class SuggestedRule(BaseModel):
    """A posting rule with a slot for every post of the month. It can be sent to `PUT /api/schedule/rule` as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "posts_per_week": 5,
                    "days_of_week": [1, 2, 3, 4, 5],
                    "time_window": "MORNING",
                    "second_window": None,
                    "blackout_dates": [],
                }
            ]
        }
    )

    posts_per_week: int = Field(description="Posts per ISO week (Monday to Sunday).")
    days_of_week: list[int] = Field(description="ISO weekdays, 1 (Monday) to 7 (Sunday).")
    time_window: TimeWindow = Field(description="Part of the day.")
    second_window: TimeWindow | None = Field(
        description="Another part of the day, for second posts on a day; null if there is none."
    )
    blackout_dates: list[date] = Field(description="Dates without posts: those of the present rule.")

    @classmethod
    def of(cls, rule: SlotRule) -> "SuggestedRule":
        named = {window.window: window for window in TimeWindow}
        return cls(
            posts_per_week=rule.per_week,
            days_of_week=list(rule.days_of_week),
            time_window=named[rule.window],
            second_window=None if rule.second_window is None else named[rule.second_window],
            blackout_dates=sorted(rule.blackout_dates),
        )


class PlanOut(BaseModel):
    """What `POST /api/schedule` would do now for the month. Nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "month": samples.MONTH,
                    "zone": "Pacific/Auckland",
                    "zone_data": "2026b",
                    "shifted": 0,
                    "approved_posts": 12,
                    "passed_over": [],
                    "suggested_rule": None,
                }
            ]
        }
    )

    month: str = Field(description="The planned month, `YYYY-MM`.")
    zone: str = Field(description="IANA name of the account's time zone.")
    zone_data: str = Field(description="Version of the IANA time zone database that the times are computed with.")
    shifted: int = Field(description=SHIFTED)
    approved_posts: int = Field(description=APPROVED_POSTS)
    posts: list[PlannedPost] = Field(description="The posts and their times, in order.")
    problems: list[Refusal] = Field(description="Content items that would not be scheduled, and why.")
    passed_over: list[SkippedDay] = Field(
        description="Days of the posting rule that were skipped after the last planned slot, and why. Those before a "
        "slot are in `why.passed_over` of its post."
    )
    suggested_rule: SuggestedRule | None = Field(
        description="If some posts got no slot: a posting rule that has one for every post. Null if all got one, or "
        "if even two posts on every day are too few."
    )
