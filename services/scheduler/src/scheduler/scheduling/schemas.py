from typing import Self
from uuid import UUID

from common.http import samples
from pulseworks_contracts import Platform
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from scheduler.items.schemas import ItemOut, Month
from scheduler.planning.schemas import Refusal


class PostIn(BaseModel):
    """One content to schedule."""

    model_config = ConfigDict(extra="forbid")

    content_id: UUID
    platforms: list[Platform] | None = Field(
        default=None, min_length=1, max_length=2, description="By default all platforms that the content is meant for."
    )
    scheduled_for: AwareDatetime | None = Field(
        default=None, description="With an offset, in the future. By default the next free slot of the content's month."
    )


class ScheduleIn(BaseModel):
    """Either a month or items."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"month": samples.MONTH}]})

    month: Month | None = Field(
        default=None, description="Schedule all approved contents of this month as the plan shows."
    )
    items: list[PostIn] | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _month_or_items(self) -> Self:
        if (self.month is None) == (self.items is None):
            raise ValueError("give either month or items")
        return self


class ScheduledOut(BaseModel):
    created: list[ItemOut]
    refused: list[Refusal] = Field(description="What was not scheduled, and what to do.")
