from typing import Self

from common.auth import Role
from common.http import RequestModel
from pydantic import ConfigDict, Field, model_validator


class UserPatch(RequestModel):
    """Omitted fields and null leave the value unchanged. Any change ends the user's sessions."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "ADMIN"}]})

    role: Role | None = Field(default=None, description="Only an owner can grant or remove the role OWNER.")
    active: bool | None = Field(default=None, description="Whether the user may sign in.")

    @model_validator(mode="after")
    def _require_a_change(self) -> Self:
        if self.role is None and self.active is None:
            raise ValueError("Send role, active or both.")
        return self
