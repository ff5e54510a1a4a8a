"""What this service emits, always through the outbox, and what it consumes."""

from pulseworks_contracts import (
    AuditRecorded,
    PostCancelled,
    PostConfirmed,
    PostDue,
    PostMissed,
    PostScheduled,
    PostUnanswered,
    PostUpcoming,
    queues,
)

EMITS = (
    PostScheduled,
    PostUpcoming,
    PostDue,
    PostCancelled,
    PostMissed,
    PostUnanswered,
    PostConfirmed,
    AuditRecorded,
)

CONSUMES = (
    queues.SCHEDULER_ACCOUNTS,
    queues.SCHEDULER_SUBSCRIPTION,
    queues.SCHEDULER_CONTENT,
    queues.SCHEDULER_PROFILE,
    queues.SCHEDULER_OUTCOMES,
    queues.SCHEDULER_PREFLIGHT,
)
