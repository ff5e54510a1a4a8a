"""Everything that crosses the bus: the envelope, every event type, who must receive it.

Needs pydantic alone. A subscriber installs it as ``pulseworks-contracts``.
"""

from pulseworks_contracts.audit import AuditRecorded, AuditRecordedData
from pulseworks_contracts.billing import Entitlements, Plan, SubscriptionChanged, SubscriptionChangedData
from pulseworks_contracts.content import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
    ContentGenerated,
    ContentGeneratedData,
)
from pulseworks_contracts.envelope import CONTENT_TYPE, Data, Event
from pulseworks_contracts.identity import (
    AccountCreated,
    AccountData,
    AccountUpdated,
    SessionRevoked,
    SessionRevokedData,
)
from pulseworks_contracts.names import Names
from pulseworks_contracts.payload import Media, PlatformPayload, content_digest
from pulseworks_contracts.platforms import LIMITS, PLATFORMS, Platform, PlatformLimits
from pulseworks_contracts.publisher import (
    PostFailed,
    PostFailedData,
    PostOutcomeUnknown,
    PostOutcomeUnknownData,
    PostPublished,
    PostPublishedData,
    PreflightData,
    PreflightFailed,
    PreflightFailedData,
    PreflightPassed,
    ProfileNeedsReconnect,
    ProfileNeedsReconnectData,
    ProfileVerified,
    ProfileVerifiedData,
    VerifiedPlatform,
)
from pulseworks_contracts.queues import ALL_QUEUES, Queue
from pulseworks_contracts.reason import Reason, Remedy
from pulseworks_contracts.scheduler import (
    FrozenPost,
    PostCancelled,
    PostCancelledData,
    PostDue,
    PostDueData,
    PostMissed,
    PostMissedData,
    PostScheduled,
    PostUpcoming,
)

ALL_EVENTS: tuple[type[Event], ...] = (
    AccountCreated,
    AccountUpdated,
    SessionRevoked,
    AuditRecorded,
    SubscriptionChanged,
    ContentGenerated,
    ContentApproved,
    ContentApprovalWithdrawn,
    ContentDeleted,
    PostScheduled,
    PostUpcoming,
    PostDue,
    PostCancelled,
    PostMissed,
    ProfileVerified,
    ProfileNeedsReconnect,
    PreflightPassed,
    PreflightFailed,
    PostPublished,
    PostFailed,
    PostOutcomeUnknown,
)

EVENT_TYPES: dict[str, type[Event]] = {event.model_fields["type"].default: event for event in ALL_EVENTS}

__all__ = [
    "ALL_EVENTS",
    "ALL_QUEUES",
    "CONTENT_TYPE",
    "EVENT_TYPES",
    "LIMITS",
    "PLATFORMS",
    "AccountCreated",
    "AccountData",
    "AccountUpdated",
    "AuditRecorded",
    "AuditRecordedData",
    "ContentApprovalWithdrawn",
    "ContentApprovalWithdrawnData",
    "ContentApproved",
    "ContentApprovedData",
    "ContentDeleted",
    "ContentDeletedData",
    "ContentGenerated",
    "ContentGeneratedData",
    "Data",
    "Entitlements",
    "Event",
    "FrozenPost",
    "Media",
    "Names",
    "Plan",
    "Platform",
    "PlatformLimits",
    "PlatformPayload",
    "PostCancelled",
    "PostCancelledData",
    "PostDue",
    "PostDueData",
    "PostFailed",
    "PostFailedData",
    "PostMissed",
    "PostMissedData",
    "PostOutcomeUnknown",
    "PostOutcomeUnknownData",
    "PostPublished",
    "PostPublishedData",
    "PostScheduled",
    "PostUpcoming",
    "PreflightData",
    "PreflightFailed",
    "PreflightFailedData",
    "PreflightPassed",
    "ProfileNeedsReconnect",
    "ProfileNeedsReconnectData",
    "ProfileVerified",
    "ProfileVerifiedData",
    "Queue",
    "Reason",
    "Remedy",
    "SessionRevoked",
    "SessionRevokedData",
    "SubscriptionChanged",
    "SubscriptionChangedData",
    "VerifiedPlatform",
    "content_digest",
]
