from datetime import datetime
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from scheduler.models import CalendarFeed


class CalendarFeedOut(BaseModel):
    """The account's calendar has a secret address. The address itself was told once, when it was made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"created_at": samples.APPROVED, "created_by": samples.USER_ID}]}
    )

    created_at: datetime
    created_by: UUID

    @classmethod
    def of(cls, feed: CalendarFeed) -> "CalendarFeedOut":
        return cls(created_at=feed.created_at, created_by=feed.created_by)


class CalendarAddressOut(CalendarFeedOut):
    """Whoever knows the address can read the calendar, without signing in. It is not shown again."""

    url: str = Field(
        description="For a calendar program; a path of this API where its public address is not set.",
        examples=[
            "https://api.pulseworks.example/api/schedule/calendar/4xR2mVb7QeYt0LkN8uJcPzW3sGhF6iDoAaT5vXyKqBM.ics"
        ],
    )
