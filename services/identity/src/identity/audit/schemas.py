from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from identity.models import AuditEvent

__all__ = ["AuditEntry", "AuditVerification"]


class AuditEntry(BaseModel):
    seq: int = Field(description="Position in the account's log, from 1, without gaps.")
    id: UUID
    account_id: UUID
    source: str = Field(description="The service that reported it, for example `/publisher`.")
    user_id: UUID | None = Field(description="Who did it; null when the system did.")
    event_type: str = Field(description="For example `POST_PUBLISHED`.")
    entity_type: str
    entity_id: str
    metadata: dict[str, Any]
    occurred_at: datetime = Field(description="When it happened.")
    created_at: datetime = Field(description="When it was written into the log.")
    prev_hash: str = Field(description="Hash of the entry before; 64 zeros for the first.")
    hash: str = Field(description="SHA-256 over the canonical JSON of all other fields.")

    @classmethod
    def of(cls, entry: AuditEvent) -> "AuditEntry":
        fields = {name: getattr(entry, name) for name in cls.model_fields if name != "metadata"}
        return cls(**fields, metadata=entry.facts)


class AuditVerification(BaseModel):
    valid: bool = Field(description="Whether the log is exactly what was written.")
    checked: int = Field(description="How many entries, from the first one, are as they were written.")
    first_broken: int | None = Field(description="Position of the first entry that was changed, removed or inserted.")
