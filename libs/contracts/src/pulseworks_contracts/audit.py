from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event


class AuditRecordedData(Data):
    event_type: str = Field(
        pattern=r"^[A-Z][A-Z0-9_]{2,63}$",
        description="What happened, for example `CONTENT_APPROVED` or `POST_PUBLISHED`.",
    )
    entity_type: str = Field(
        description="Kind of the entity, for example `content_item`, `schedule_item` or `delivery`."
    )
    entity_id: str = Field(description="Id of the entity that was acted on.")
    user_id: UUID | None = Field(description="The user who acted; null if it was the system.")
    occurred_at: AwareDatetime = Field(description="When the action occurred.")
    metadata: dict[str, Any] = Field(
        description="Details, which depend on `event_type`. Never a secret or a profile key."
    )


class AuditRecorded(Event):
    """An action to record in the account's audit log, which identity keeps.

    Sent when a user or the system acts on an entity of billing, content, scheduler or publisher. Identity writes its
    own entries directly, without an event.

    Subject: the entity that was acted on.
    """

    type: Literal["audit.recorded.v1"] = "audit.recorded.v1"
    data: AuditRecordedData
