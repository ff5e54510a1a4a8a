from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Token = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]


class EventData(BaseModel):
    object: dict[str, Any]


class ReceivedEvent(BaseModel):
    """The fields of every event (docs.stripe.com/api/events/object), in all API versions."""

    id: Token
    type: Token
    api_version: Token | None = None
    livemode: bool | None = None
    created: int = Field(ge=0, le=253_402_300_799, description="Seconds since 1970.")
    data: EventData


class EventReceived(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"received": True}]})

    received: bool = Field(description="Always true: the event is stored, or needs no action.")
