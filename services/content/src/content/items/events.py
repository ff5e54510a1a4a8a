"""The contract events and audit entries of a post."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from common.auth import Principal
from pulseworks_contracts import (
    AuditRecorded,
    AuditRecordedData,
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
)

from content.items.rules import payloads_of
from content.models import ContentItem

EditAction = Literal["CONTENT_EDITED", "CONTENT_REGENERATED"]
Action = EditAction | Literal["CONTENT_APPROVED", "CONTENT_APPROVAL_WITHDRAWN", "CONTENT_DELETED"]


def approved(item: ContentItem, *, by: UUID, at: datetime) -> ContentApproved:
    data = ContentApprovedData(
        content_id=item.id,
        revision=item.revision,
        month=item.month,
        title=item.title,
        position=item.position,
        content_hash=item.content_hash,
        payloads=payloads_of(item),
        approved_by=by,
        approved_at=at,
    )
    return ContentApproved(account_id=item.account_id, subject=str(item.id), data=data)


def approval_withdrawn(item: ContentItem, reason: Literal["withdrawn", "edited"]) -> ContentApprovalWithdrawn:
    data = ContentApprovalWithdrawnData(content_id=item.id, revision=item.revision, reason=reason)
    return ContentApprovalWithdrawn(account_id=item.account_id, subject=str(item.id), data=data)


def deleted(item: ContentItem) -> ContentDeleted:
    data = ContentDeletedData(content_id=item.id, revision=item.revision + 1)
    return ContentDeleted(account_id=item.account_id, subject=str(item.id), data=data)


def audited(action: Action, item: ContentItem, principal: Principal, at: datetime, **facts: Any) -> AuditRecorded:
    data = AuditRecordedData(
        event_type=action,
        entity_type="content_item",
        entity_id=str(item.id),
        user_id=principal.user_id,
        occurred_at=at,
        metadata={"revision": item.revision, "content_hash": item.content_hash, **facts},
    )
    return AuditRecorded(account_id=item.account_id, subject=str(item.id), data=data)
