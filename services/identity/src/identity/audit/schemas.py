from datetime import datetime
from typing import Any
from uuid import UUID

from common.http import samples
from pydantic import BaseModel, ConfigDict, Field

from identity.models import AuditEvent


class AuditEntry(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seq": 42,
                    "id": samples.AUDIT_EVENT_ID,
                    "account_id": samples.ACCOUNT_ID,
                    "source": "/content",
                    "user_id": samples.USER_ID,
                    "event_type": "CONTENT_APPROVED",
                    "entity_type": "content_item",
                    "entity_id": samples.CONTENT_ID,
                    "metadata": {"revision": 3, "content_hash": samples.CONTENT_HASH},
                    "occurred_at": samples.APPROVED,
                    "created_at": "2026-11-22T09:00:00.180Z",
                    "prev_hash": "5f" * 32,
                    "hash": "c4" * 32,
                }
            ]
        }
    )

    seq: int = Field(description="Position in the account's audit log, from 1, without gaps.")
    id: UUID
    account_id: UUID = Field(description="Id of the account.")
    source: str = Field(description="Internal name of the service that reported it, for support.")
    user_id: UUID | None = Field(description="The user who did it; null if PulseWorks did it on its own.")
    event_type: str = Field(description="What happened. `GET /api/audit` lists the values.")
    entity_type: str = Field(description="What it happened to. `GET /api/audit` lists the values.")
    entity_id: str = Field(description="Id of the entity that it happened to.")
    metadata: dict[str, Any] = Field(description="Details, which depend on `event_type`.")
    occurred_at: datetime = Field(description="When it happened.")
    created_at: datetime = Field(description="When it was appended to the log.")
    prev_hash: str = Field(description="Hash of the previous entry; 64 zeros for the first.")
    hash: str = Field(
        description="SHA-256 (hex) over the canonical JSON of all other fields, `prev_hash` included: sorted keys, "
        "no spaces, UTF-8, times in UTC with six decimals and the offset `+00:00`."
    )

    @classmethod
    def of(cls, entry: AuditEvent) -> "AuditEntry":
        fields = {name: getattr(entry, name) for name in cls.model_fields if name != "metadata"}
        return cls(**fields, metadata=entry.facts)


class AuditVerification(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"valid": True, "checked": 42}]})

    valid: bool = Field(description="True if the hash chain of the whole log is intact.")
    checked: int = Field(description="How many entries are intact, counted from the first one.")
    first_broken: int | None = Field(
        description="Position of the first entry that was changed, removed or inserted; null if the chain is intact."
    )
