"""What this service emits, always through the outbox, and what it consumes."""

from pulseworks_contracts import (
    AuditRecorded,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    ContentGenerated,
    queues,
)

EMITS = (ContentGenerated, ContentApproved, ContentApprovalWithdrawn, ContentDeleted, AuditRecorded)

CONSUMES = (queues.CONTENT_ACCOUNTS, queues.CONTENT_SUBSCRIPTION, queues.CONTENT_SCHEDULE, queues.CONTENT_OUTCOMES)
