from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from content.usage.rules import Balance


class UnitUsage(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 12, "used": 8, "reserved": 1, "left": 3}]})

    limit: int = Field(description="Maximum in this period.")
    used: int
    reserved: int = Field(description="Held for work in progress. What it does not use returns when it ends.")
    left: int = Field(description="What new work may use now.")

    @classmethod
    def of(cls, balance: Balance) -> Self:
        return cls(limit=balance.limit, used=balance.used, reserved=balance.reserved, left=balance.left)


_EXAMPLE: dict[str, Any] = {
    "included": True,
    "posts_per_month": 12,
    "period_starts_at": "2026-11-20T21:12:00Z",
    "resets_at": "2026-12-20T21:12:00Z",
    "posts": {"limit": 12, "used": 8, "reserved": 1, "left": 3},
    "model_calls": {"limit": 300, "used": 11, "reserved": 2, "left": 287},
    "pictures": {"limit": 120, "used": 9, "reserved": 1, "left": 110},
    "website_readings": {"limit": 30, "used": 1, "reserved": 0, "left": 29},
}


class UsageOut(BaseModel):
    """What the account has used in its current billing period."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    included: bool = Field(
        description="Whether the subscription includes the creation of content. If not, nothing can be used."
    )
    posts_per_month: int = Field(
        description="Posts of a whole period on the current plan. `posts.limit` differs from it in a period in which "
        "the plan changed: each plan counts for its part of the period, as in the price. Posts used beyond that are "
        "subtracted from the next periods."
    )
    period_starts_at: datetime | None = Field(description="Null before the first subscription.")
    resets_at: datetime | None = Field(
        description="When the next period starts and the counts return to zero; null before the first subscription."
    )
    posts: UnitUsage = Field(description="Generated posts. A post counts even if it is deleted later.")
    model_calls: UnitUsage = Field(
        description="Texts requested from the language model: for posts, rewrites and the brand profile. A text that "
        "had to be requested again counts again."
    )
    pictures: UnitUsage = Field(description="Pictures that were drawn or uploaded.")
    website_readings: UnitUsage = Field(description="Readings of the website for the brand profile.")
