from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulseworks_contracts.envelope import Data, Event


class AuditRecordedData(Data):
    event_type: str = Field(
        pattern=r"^[A-Z][A-Z0-9_]{2,63}$", description="For example `CONTENT_APPROVED` or `POST_PUBLISHED`."
    )
    entity_type: str = Field(description="For example `content_item`, `schedule_item`, `delivery`.")
    entity_id: str
    user_id: UUID | None = Field(description="Who did it; null when the system did.")
    occurred_at: AwareDatetime
    metadata: dict[str, Any] = Field(description="Facts about the act. Never a secret, never a profile key.")


class AuditRecorded(Event):
    """Something happened that belongs into the account's audit log, which identity keeps."""

    type: Literal["audit.recorded.v1"] = "audit.recorded.v1"
    data: AuditRecordedData
