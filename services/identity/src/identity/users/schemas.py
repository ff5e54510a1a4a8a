from datetime import datetime
from typing import Self
from uuid import UUID

from common.auth import Role
from common.http import samples
from pydantic import BaseModel, ConfigDict, Field, model_validator


class UserOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": samples.USER_ID,
                    "email": samples.EMAIL,
                    "role": "OWNER",
                    "active": True,
                    "created_at": samples.SIGNED_UP,
                }
            ]
        },
    )

    id: UUID
    email: str
    role: Role
    active: bool = Field(description="False: may not sign in.")
    created_at: datetime


class UserPatch(BaseModel):
    """What is left out stays as it is. Any change ends the user's sessions."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "ADMIN"}]})

    role: Role | None = Field(default=None, description="Only an owner makes or unmakes an owner.")
    active: bool | None = Field(default=None, description="False: the user may not sign in any more.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.role is None and self.active is None:
            raise ValueError("Say what to change: role, active or both.")
        return self
