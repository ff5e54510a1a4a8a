from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.http import samples
from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots import PassedOver, Why

Month = Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="`YYYY-MM`, on the account's calendar.")]

ALREADY_SCHEDULED: dict[str, Any] = {
    "content_id": "0193a5c0-0000-7000-8000-000000000014",
    "platform": "INSTAGRAM",
    "code": "already_scheduled",
    "message": "It has its time already. Move or cancel that one.",
}


class Refusal(BaseModel):
    """Something that is not, or would not be, scheduled."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALREADY_SCHEDULED]})

    content_id: UUID | None = Field(description="Null when it concerns every content.")
    platform: Platform | None = Field(description="Null when it concerns every platform of the content.")
    code: str = Field(
        description="Stable reason: `subscription_without_posting`, `profile_not_verified`, `platform_not_verified`, "
        "`profile_needs_reconnect`, `content_not_approved`, `content_not_in_month`, `platform_not_in_content`, "
        "`already_scheduled`, `already_published`, `outcome_unknown`, `slot_taken` or `no_slot_left`."
    )
    message: str = Field(description="For people: what is wrong and what to do.")


class PlanIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"month": samples.MONTH}]})

    month: Month
    content_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=100, description="Only these; all approved contents by default."
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
    why: Why


class PlanOut(BaseModel):
    """What scheduling the month would do now. Nothing was written."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"month": samples.MONTH, "zone": "Pacific/Auckland", "passed_over": []}]}
    )

    month: str
    zone: str = Field(description="IANA name of the account's zone.")
    posts: list[PlannedPost]
    problems: list[Refusal] = Field(description="What would not be scheduled, or would be refused, and what to do.")
    passed_over: list[PassedOver] = Field(description="Days of the rule after the last slot that got no post, and why.")
