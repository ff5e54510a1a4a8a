from datetime import datetime
from typing import Annotated
from uuid import UUID

from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field

from scheduler.slots import PassedOver, Why

Month = Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="`YYYY-MM`, on the account's calendar.")]


class Refusal(BaseModel):
    """Something that is not, or would not be, scheduled."""

    content_id: UUID | None = Field(description="Null when it concerns every content.")
    platform: Platform | None = Field(description="Null when it concerns every platform of the content.")
    code: str = Field(
        description="Stable reason: `subscription_without_posting`, `profile_not_verified`, `platform_not_verified`, "
        "`profile_needs_reconnect`, `content_not_approved`, `content_not_in_month`, `platform_not_in_content`, "
        "`already_scheduled`, `already_published`, `outcome_unknown`, `slot_taken` or `no_slot_left`."
    )
    message: str = Field(description="For people: what is wrong and what to do.")


class PlanIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: Month
    content_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=100, description="Only these; all approved contents by default."
    )


class PlannedPost(BaseModel):
    content_id: UUID
    title: str
    platform: Platform
    scheduled_for: datetime = Field(description="UTC.")
    why: Why


class PlanOut(BaseModel):
    """What scheduling the month would do now. Nothing was written."""

    month: str
    zone: str = Field(description="IANA name of the account's zone.")
    posts: list[PlannedPost]
    problems: list[Refusal] = Field(description="What would not be scheduled, or would be refused, and what to do.")
    passed_over: list[PassedOver] = Field(description="Days of the rule after the last slot that got no post, and why.")
