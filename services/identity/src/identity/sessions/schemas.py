from datetime import datetime
from typing import Literal
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from identity.models import Session

RevocationReason = Literal["logout", "reuse_detected", "password_changed", "role_changed", "deactivated", "revoked"]


class Tokens(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIwMTkzYTVjMCJ9.c2lnbmF0dXJl",
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "expires_at": "2026-11-20T21:25:00Z",
                    "refresh_token": "Vb0sJw3uX5mQyQ8nTgkR2c7dLhPzE1aF9iKoUvNxSrM",
                    "refresh_expires_at": "2026-12-20T21:10:00Z",
                }
            ]
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer …`. A JWT that expires after 15 minutes.")
    token_type: Literal["Bearer"] = Field(description="Always `Bearer`.")
    expires_in: int = Field(description="Seconds until the access token expires.")
    expires_at: datetime = Field(description="When the access token expires.")
    refresh_token: str = Field(
        description="Exchange it once, at `/api/auth/refresh`. A second use returns the same new refresh token again "
        "if it comes within 10 seconds, from the same IP address (IPv6: the same /64), with the same `User-Agent`, "
        "and before the new one is used: so two tabs may refresh at once, and a lost response may be requested again. "
        "Any other second use ends the session."
    )
    refresh_expires_at: datetime = Field(description="When the refresh token expires.")


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
    user_agent: str | None = Field(description="User-Agent header of the sign-in or of the last refresh.")
    created_at: datetime = Field(description="When the user signed in.")
    last_used_at: datetime = Field(description="When its tokens were last refreshed.")
    expires_at: datetime = Field(
        description="When the session ends unless its tokens are refreshed: 30 days after the last refresh. In any "
        "case it ends 90 days after the sign-in."
    )
    current: bool = Field(description="Whether this request was made in this session.")

    @classmethod
    def of(cls, session: Session, current: UUID) -> "SessionOut":
        fields = {name: getattr(session, name) for name in cls.model_fields if name != "current"}
        return cls(**fields, current=session.id == current)


class SessionList(BaseModel):
    items: list[SessionOut]
