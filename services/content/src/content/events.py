"""What the service emits, and the queues that it listens to."""

from common.contracts import (
    AuditRecorded,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    ContentGenerated,
    queues,
)

EMITS = (ContentGenerated, ContentApproved, ContentApprovalWithdrawn, ContentDeleted, AuditRecorded)
LISTENS = (queues.CONTENT_ACCOUNTS, queues.CONTENT_SUBSCRIPTION, queues.CONTENT_SCHEDULE, queues.CONTENT_OUTCOMES)
