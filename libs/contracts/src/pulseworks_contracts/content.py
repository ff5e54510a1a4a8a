from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.payload import PlatformPayload


class ContentGeneratedData(Data):
    generation_id: UUID
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="`YYYY-MM`.")
    content_ids: list[UUID] = Field(description="The drafts that were made.")
    failed: int = Field(ge=0, description="Posts of the plan that could not be made; they can be tried again.")


class ContentGenerated(Event):
    """A month's generation has ended. Subject: the generation."""

    type: Literal["content.generated.v1"] = "content.generated.v1"
    data: ContentGeneratedData


class ContentApprovedData(Data):
    content_id: UUID
    revision: int = Field(ge=1, description="Rises with each change of the content item; apply only newer ones.")
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    title: str
    content_hash: str = Field(
        pattern=r"^sha256:[0-9a-f]{64}$", description="What was approved; nothing else may be posted."
    )
    payloads: list[PlatformPayload] = Field(min_length=1, description="Exactly what will be posted, by platform.")
    approved_by: UUID
    approved_at: AwareDatetime


class ContentApproved(Event):
    """A person approved exactly this content. Subject: the content item."""

    type: Literal["content.approved.v1"] = "content.approved.v1"
    data: ContentApprovedData


class ContentApprovalWithdrawnData(Data):
    content_id: UUID
    revision: int = Field(ge=1)
    reason: Literal["withdrawn", "edited"]


class ContentApprovalWithdrawn(Event):
    """An approval no longer holds; what is scheduled from it must not go out. Subject: the content item."""

    type: Literal["content.approval_withdrawn.v1"] = "content.approval_withdrawn.v1"
    data: ContentApprovalWithdrawnData


class ContentDeletedData(Data):
    content_id: UUID
    revision: int = Field(ge=1)


class ContentDeleted(Event):
    """A content item was deleted. Subject: the content item."""

    type: Literal["content.deleted.v1"] = "content.deleted.v1"
    data: ContentDeletedData
