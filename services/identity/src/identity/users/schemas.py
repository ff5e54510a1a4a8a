from datetime import datetime
from typing import Annotated
from uuid import UUID

from common.auth import Role
from common.http import samples
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from identity.users.rules import normalize_email

Email = Annotated[
    str,
    Field(
        max_length=1024,
        description="E-mail address. Upper and lower case are the same; the domain may be in Punycode.",
        examples=["ana@example.com"],
    ),
    AfterValidator(normalize_email),
]


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
    email: str = Field(description="E-mail address with which the user signs in.")
    role: Role = Field(description="What the user may do.")
    active: bool = Field(description="Whether the user may sign in.")
    created_at: datetime = Field(description="When the user was created: by signing up or by accepting an invitation.")
