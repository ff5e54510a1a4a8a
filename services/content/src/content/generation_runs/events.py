"""The contract event and the audit entry of a finished generation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pulseworks_contracts import AuditRecorded, AuditRecordedData, ContentGenerated, ContentGeneratedData

from content.models import Generation
from content.writing.rules import PROMPT_VERSION


def generated(generation: Generation, content_ids: Sequence[UUID], failed: int) -> ContentGenerated:
    data = ContentGeneratedData(
        generation_id=generation.id, month=generation.month, content_ids=list(content_ids), failed=failed
    )
    return ContentGenerated(account_id=generation.account_id, subject=str(generation.id), data=data)


def audited(generation: Generation, at: datetime, *, done: int, failed: int) -> AuditRecorded:
    data = AuditRecordedData(
        event_type="CONTENT_GENERATED",
        entity_type="generation",
        entity_id=str(generation.id),
        user_id=generation.requested_by,
        occurred_at=at,
        metadata={"month": generation.month, "done": done, "failed": failed, "prompt_version": PROMPT_VERSION},
    )
    return AuditRecorded(account_id=generation.account_id, subject=str(generation.id), data=data)
