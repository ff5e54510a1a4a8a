from datetime import datetime
from uuid import UUID

from common.http import Role
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from identity.users.emails import Email

__all__ = ["AcceptRequest", "InvitationList", "InvitationOut", "InvitationRequest", "NewInvitation"]


class InvitationRequest(BaseModel):
    email: Email
    role: Role = Field(description="Only an owner invites owners.")


class InvitationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: Role
    invited_by: UUID
    created_at: datetime
    expires_at: datetime


class NewInvitation(InvitationOut):
    token: str = Field(
        description="Hand it to the invited person. Shown this once: PulseWorks sends no mail yet and keeps a hash."
    )


class InvitationList(BaseModel):
    items: list[InvitationOut]


class AcceptRequest(BaseModel):
    token: str = Field(max_length=200, description="As it was handed over.")
    password: SecretStr = Field(max_length=1024, description="At least 12 characters.")
