from datetime import datetime
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from identity.models import Session


class SessionOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": samples.SESSION_ID,
                    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                    "created_at": samples.SIGNED_UP,
                    "last_used_at": samples.APPROVED,
                    "expires_at": "2026-12-22T09:00:00Z",
                    "current": True,
                }
            ]
        }
    )

    id: UUID
    user_agent: str | None = Field(description="What the browser or program said of itself at its last refresh.")
    created_at: datetime
    last_used_at: datetime = Field(description="When its tokens were last refreshed.")
    expires_at: datetime = Field(description="Until then it can be refreshed.")
    current: bool = Field(description="Whether this request belongs to it.")

    @classmethod
    def of(cls, session: Session, current: UUID) -> "SessionOut":
        fields = {name: getattr(session, name) for name in cls.model_fields if name != "current"}
        return cls(**fields, current=session.id == current)


class SessionList(BaseModel):
    items: list[SessionOut]
