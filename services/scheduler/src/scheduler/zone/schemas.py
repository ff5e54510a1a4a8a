from typing import Any
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from scheduler.items.schemas import ItemOut
from scheduler.planning.schemas import SHIFTED

_STAYS: dict[str, Any] = {
    "item_id": samples.ITEM_ID,
    "code": "time_not_in_future",
    "message": "Its planned time in the new zone has passed.",
}


class ZoneOut(BaseModel):
    """The account's time zone, and how many scheduled posts are out of step with it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"zone": "Pacific/Auckland", "zone_data": "2026b", "shifted": 3}]}
    )

    zone: str = Field(description="IANA name of the account's time zone.")
    zone_data: str = Field(description="Version of the IANA time zone database that times are computed with.")
    shifted: int = Field(description=SHIFTED)


class ItemStays(BaseModel):
    """Why a schedule item keeps its time."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STAYS]})

    item_id: UUID = Field(description="Id of the schedule item.")
    code: str = Field(
        description="Stable code: `time_not_in_future` (the planned local time has passed), `slot_taken` (another "
        "post has that time), `item_parked` (it is held back) or `already_handed_over` (it is being published)."
    )
    message: str = Field(description="Text for people: why, and what to do.")


class RealignedOut(BaseModel):
    moved: list[ItemOut] = Field(description="Schedule items that now go out at the planned local time.")
    stays: list[ItemStays] = Field(description="Schedule items that keep their time, and why.")
