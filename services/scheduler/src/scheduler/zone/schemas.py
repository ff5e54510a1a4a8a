from typing import Any
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from scheduler.items.schemas import ItemOut

_STAYS: dict[str, Any] = {
    "item_id": samples.ITEM_ID,
    "code": "time_not_in_future",
    "message": "Its planned time in the new zone has passed.",
}


class ZoneOut(BaseModel):
    """The account's time zone, and the scheduled posts that do not follow it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"zone": "Pacific/Auckland", "zone_data": "2026b", "shifted": 3}]}
    )

    zone: str = Field(description="IANA name of the account's time zone.")
    zone_data: str = Field(description="Version of IANA's time zone data that all times are computed with.")
    shifted: int = Field(
        description="Posts that wait for their time and keep the instant of an earlier zone or of earlier zone data, "
        "so that they go out at another local time than planned. `realign` moves them."
    )


class ItemStays(BaseModel):
    """A post that could not be moved, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STAYS]})

    item_id: UUID
    code: str = Field(
        description="Stable code: `time_not_in_future`, `slot_taken`, `item_parked` or `already_handed_over`."
    )
    message: str = Field(description="Text for people: why it stays, and what to do.")


class RealignedOut(BaseModel):
    moved: list[ItemOut] = Field(description="Posts that now go out at their planned local time.")
    stays: list[ItemStays] = Field(description="Posts that were not moved, and why.")
