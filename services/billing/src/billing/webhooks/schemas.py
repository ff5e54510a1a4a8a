from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]


class EventData(BaseModel):
    object: dict[str, Any]


class ReceivedEvent(BaseModel):
    """What every event has (docs.stripe.com/api/events/object), whatever the API version of its endpoint."""

    id: Word
    type: Word
    api_version: Word | None = None
    created: int = Field(ge=0, le=253_402_300_799, description="Seconds since 1970.")
    data: EventData


class EventReceived(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"received": True}]})

    received: bool
