from datetime import datetime
from uuid import UUID

from common.auth import Role
from common.http import RequestModel, samples
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from identity.passwords.schemas import MAX_PARSED_LENGTH, POLICY
from identity.users.schemas import Email


class InvitationRequest(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "tom@harbour-physio.example", "role": "MEMBER"}]}
    )

    email: Email
    role: Role = Field(description="Role of the user who accepts. Only an owner can invite an owner.")


class InvitationOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": samples.INVITATION_ID,
                    "email": "tom@harbour-physio.example",
                    "role": "MEMBER",
                    "invited_by": samples.USER_ID,
                    "created_at": samples.SIGNED_UP,
                    "expires_at": "2026-11-27T21:10:00Z",
                }
            ]
        },
    )

    id: UUID
    email: str = Field(description="E-mail address of the invited person.")
    role: Role = Field(description="Role of the user who accepts.")
    invited_by: UUID = Field(description="Id of the user who sent the invitation.")
    created_at: datetime = Field(description="When the person was invited.")
    expires_at: datetime = Field(description="When the invitation's token expires.")


class NewInvitation(InvitationOut):
    token: str = Field(
        description="Invitation token for `/api/auth/invitations/accept`. Give it to the invited person yourself: "
        "PulseWorks sends no e-mail. It is returned only here.",
        examples=["q1Zr8vYt6NwKc3Hx0bUeLmJ5sPoD2aGfT7iRkXyWnMQ"],
    )


class InvitationList(BaseModel):
    items: list[InvitationOut]


class AcceptRequest(RequestModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"token": "q1Zr8vYt6NwKc3Hx0bUeLmJ5sPoD2aGfT7iRkXyWnMQ", "password": "river stone paddle boat"}
            ]
        }
    )

    token: str = Field(max_length=200, description="The `token` that `POST /api/auth/invitations` returned.")
    password: SecretStr = Field(
        max_length=MAX_PARSED_LENGTH, description=f"{POLICY} So are passwords made from the e-mail address."
    )
