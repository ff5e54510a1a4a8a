from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from content.usage.rules import Balance


class UnitUsage(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 12, "used": 8, "reserved": 1, "left": 3}]})

    limit: int = Field(description="How many may be used in this billing period.")
    used: int = Field(description="How many have been used.")
    reserved: int = Field(
        description="How many are set aside for work in progress, such as a running generation. When it ends, those "
        "that it used are in `used`, and the others are in `left` again."
    )
    left: int = Field(
        description="How many are available for new work: `limit` minus `used` and `reserved`, at least 0."
    )

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
    """What the account may use, and has used, in its current billing period.

    A billing period is a month, from one renewal of the subscription to the next.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    included: bool = Field(
        description="Whether the subscription includes generation. If not, nothing can be used, whatever is left."
    )
    posts_per_month: int = Field(description="How many posts the current plan includes in a billing period.")
    period_starts_at: datetime | None = Field(
        description="When the billing period began; null before the first subscription."
    )
    resets_at: datetime | None = Field(
        description="When the next billing period begins, with `used` at zero; null before the first subscription."
    )
    posts: UnitUsage = Field(
        description="Generated posts, including those that were deleted later. If the plan changes within the period, "
        "`limit` is prorated: each plan counts for its share of the period. After a change to a lower plan, `used` can "
        "exceed `limit`; the excess is subtracted from the next period's `limit`."
    )
    model_calls: UnitUsage = Field(
        description="Calls of the language model: for posts, their parts and the brand profile. A call that had to be "
        "repeated counts again."
    )
    pictures: UnitUsage = Field(description="Images that were drawn or uploaded.")
    website_readings: UnitUsage = Field(description="How often the website was read, for the brand profile.")
