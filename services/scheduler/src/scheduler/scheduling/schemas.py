from typing import Self
from uuid import UUID

from common.http import Moment, RequestModel, samples
from pulseworks_contracts import Platform
from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.items.schemas import ItemOut, Month
from scheduler.planning.schemas import APPROVED_POSTS, SHIFTED, Refusal


class PostIn(RequestModel):
    """A content item to schedule, on one or more platforms."""

    content_id: UUID = Field(description="Id of the content item to schedule.")
    platforms: list[Platform] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="`FACEBOOK`, `INSTAGRAM` or both. Default: all `platform_targets` of the content item.",
    )
    scheduled_for: Moment | None = Field(
        default=None,
        description="A time in the future, RFC 3339 with an offset. Default: the next free slot of the posting rule "
        "in the content item's month.",
    )


class ScheduleIn(RequestModel):
    """What to schedule: either `month` or `items`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": samples.MONTH}]})

    month: Month | None = Field(
        default=None, description="All approved content items of this month, as `POST /api/schedule/plan` plans them."
    )
    items: list[PostIn] | None = Field(default=None, min_length=1, max_length=100, description="These content items.")

    @model_validator(mode="after")
    def _month_or_items(self) -> Self:
        if (self.month is None) == (self.items is None):
            raise ValueError("set either month or items")
        return self


class ScheduledOut(BaseModel):
    approved_posts: int | None = Field(description=f"{APPROVED_POSTS} Null if the request names items.")
    shifted: int = Field(description=SHIFTED, examples=[0])
    created: list[ItemOut] = Field(description="The new schedule items: one for each post and platform.")
    refused: list[Refusal] = Field(description="Content items that were not scheduled, and why.")
