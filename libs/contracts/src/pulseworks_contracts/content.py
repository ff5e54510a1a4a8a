from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event
from pulseworks_contracts.payload import PlatformPayload


class ContentGeneratedData(Data):
    generation_id: UUID = Field(description="Id of the generation.")
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="The month that was generated, `YYYY-MM`.")
    content_ids: list[UUID] = Field(description="Ids of the created drafts; may be empty.")
    failed: int = Field(ge=0, description="Number of posts that could not be created. A user can retry them.")


class ContentGenerated(Event):
    """The generation of a month's posts has finished.

    Sent when every planned post was created or has failed, and when the generation failed as a whole. Retrying failed
    posts ends with another event of this type.

    Subject: the generation.
    """

    type: Literal["content.generated.v1"] = "content.generated.v1"
    data: ContentGeneratedData


class ContentApprovedData(Data):
    content_id: UUID = Field(description="Id of the content item.")
    revision: int = Field(ge=1, description="Rises with each change of the content item; apply only newer ones.")
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="The month it is planned for, `YYYY-MM`.")
    title: str = Field(description="Title for lists and calendars; not part of the post.")
    position: int | None = Field(
        default=None,
        ge=0,
        description="Zero-based position in the month's plan, in whose order the posts are meant to go out. Null if "
        "unknown.",
    )
    content_hash: str = Field(
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="Hash of account, content item and all payloads: exactly this was approved.",
    )
    payloads: list[PlatformPayload] = Field(
        min_length=1, description="Exactly what will be posted, one payload per platform."
    )
    approved_by: UUID = Field(description="The user who approved it.")
    approved_at: AwareDatetime = Field(description="When it was approved.")


class ContentApproved(Event):
    """A user approved exactly this content.

    Sent when an owner or admin approves a content item. Once the approval has been withdrawn, the item can be approved
    again, with a higher revision.

    Subject: the content item.
    """

    type: Literal["content.approved.v1"] = "content.approved.v1"
    data: ContentApprovedData


class ContentApprovalWithdrawnData(Data):
    content_id: UUID = Field(description="Id of the content item.")
    revision: int = Field(ge=1, description="Rises with each change of the content item; apply only newer ones.")
    reason: Literal["withdrawn", "edited"] = Field(
        description="`withdrawn`: a user withdrew it. `edited`: what would be posted changed."
    )


class ContentApprovalWithdrawn(Event):
    """An approval is no longer valid: what is scheduled from it must not be published.

    Sent when a user withdraws the approval of a content item, or edits an approved one so that something else would be
    posted.

    Subject: the content item.
    """

    type: Literal["content.approval_withdrawn.v1"] = "content.approval_withdrawn.v1"
    data: ContentApprovalWithdrawnData


class ContentDeletedData(Data):
    content_id: UUID = Field(description="Id of the content item.")
    revision: int = Field(ge=1, description="Higher than any other revision of the content item; nothing follows it.")


class ContentDeleted(Event):
    """A content item was deleted.

    Sent when a user deletes a content item that is not published. An approved item is deleted without a preceding
    `content.approval_withdrawn.v1`: what is scheduled from it must not be published.

    Subject: the content item.
    """

    type: Literal["content.deleted.v1"] = "content.deleted.v1"
    data: ContentDeletedData
