"""What this service emits and what it listens to."""

from pulseworks_contracts import (
    AuditRecorded,
    Event,
    PostFailed,
    PostOutcomeUnknown,
    PostPublished,
    PreflightFailed,
    PreflightPassed,
    ProfileNeedsReconnect,
    ProfileVerified,
    Queue,
    queues,
)

EMITS: tuple[type[Event], ...] = (
    ProfileVerified,
    ProfileNeedsReconnect,
    PreflightPassed,
    PreflightFailed,
    PostPublished,
    PostFailed,
    PostOutcomeUnknown,
    AuditRecorded,
)

CONSUMES: tuple[Queue, ...] = (
    queues.PUBLISHER_ACCOUNTS,
    queues.PUBLISHER_SUBSCRIPTION,
    queues.PUBLISHER_CONTENT,
    queues.PUBLISHER_SCHEDULE,
    queues.PUBLISHER_UPCOMING,
    queues.PUBLISHER_DUE,
)
