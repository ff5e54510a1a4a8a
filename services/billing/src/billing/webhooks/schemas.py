from typing import Any

from pydantic import BaseModel, Field

__all__ = ["EventReceived", "ReceivedEvent"]


class EventData(BaseModel):
    object: dict[str, Any]


class ReceivedEvent(BaseModel):
    """What every event has (docs.stripe.com/api/events/object), whatever the API version of its endpoint."""

    id: str = Field(min_length=1, max_length=255)
    type: str = Field(min_length=1, max_length=255)
    api_version: str | None = None
    created: int = Field(ge=0, le=253_402_300_799, description="Seconds since 1970.")
    data: EventData


class EventReceived(BaseModel):
    received: bool
