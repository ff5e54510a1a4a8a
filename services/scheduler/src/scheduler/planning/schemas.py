from datetime import datetime
from typing import Any
from uuid import UUID

from common.http import RequestModel, samples
from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field

from scheduler.items.schemas import Month
from scheduler.slots.explanation import SkippedDay, SlotExplanation

ALREADY_SCHEDULED: dict[str, Any] = {
    "content_id": "0193a5c0-0000-7000-8000-000000000014",
    "platform": "INSTAGRAM",
    "code": "already_scheduled",
    "message": "It is already scheduled. Move or cancel that post.",
}


APPROVED_POSTS = (
    "How many approved posts of the month the scheduler knows, scheduled or not. If you approved more a moment ago, "
    "repeat the request with the `Consistency-Token` of the approvals."
)


class Refusal(BaseModel):
    """A content item that was not, or would not be, scheduled."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALREADY_SCHEDULED]})

    content_id: UUID | None = Field(description="Null if it concerns all content items.")
    platform: Platform | None = Field(description="Null if it concerns all platforms of the content item.")
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
        default=None, min_length=1, max_length=100, description="Only these content items. Default: all approved ones."
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

    content_id: UUID
    title: str
    platform: Platform
    scheduled_for: datetime = Field(description="UTC.")
    why: SlotExplanation


class PlanOut(BaseModel):
    """What scheduling the month would do now. Nothing was stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"month": samples.MONTH, "zone": "Pacific/Auckland", "approved_posts": 12, "passed_over": []}]
        }
    )

    month: str
    zone: str = Field(description="IANA name of the account's time zone.")
    approved_posts: int = Field(description=APPROVED_POSTS)
    posts: list[PlannedPost]
    problems: list[Refusal] = Field(description="Content items that would not be scheduled, and why.")
    passed_over: list[SkippedDay] = Field(
        description="Days of the rule after the last slot that were skipped, and why."
    )
