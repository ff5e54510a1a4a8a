from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from identity.models import Session

__all__ = ["SessionList", "SessionOut"]


class SessionOut(BaseModel):
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
