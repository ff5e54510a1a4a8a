"""Everything that crosses the bus: the envelope, every event type, who must receive it.

Imports pydantic and the standard library only, so that it can be cut out as a package for subscribers.
"""

from common.contracts.audit import AuditRecorded, AuditRecordedData
from common.contracts.billing import Entitlements, Plan, SubscriptionChanged, SubscriptionChangedData
from common.contracts.content import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
    ContentGenerated,
    ContentGeneratedData,
)
from common.contracts.envelope import Data, Event
from common.contracts.identity import (
    AccountCreated,
    AccountData,
    AccountUpdated,
    SessionRevoked,
    SessionRevokedData,
)
from common.contracts.payload import Media, Platform, PlatformPayload, content_digest
from common.contracts.publisher import (
    PostFailed,
    PostFailedData,
    PostOutcomeUnknown,
    PostOutcomeUnknownData,
    PostPublished,
    PostPublishedData,
    ProfileNeedsReconnect,
    ProfileNeedsReconnectData,
    ProfileVerified,
    ProfileVerifiedData,
    VerifiedPlatform,
)
from common.contracts.queues import ALL_QUEUES, Queue
from common.contracts.scheduler import (
    FrozenPost,
    PostCancelled,
    PostCancelledData,
    PostDue,
    PostDueData,
    PostMissed,
    PostMissedData,
    PostScheduled,
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
    PostDue,
    PostCancelled,
    PostMissed,
    ProfileVerified,
    ProfileNeedsReconnect,
    PostPublished,
    PostFailed,
    PostOutcomeUnknown,
)

EVENT_TYPES: dict[str, type[Event]] = {event.model_fields["type"].default: event for event in ALL_EVENTS}

__all__ = [
    "ALL_EVENTS",
    "ALL_QUEUES",
    "EVENT_TYPES",
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
    "Plan",
    "Platform",
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
    "ProfileNeedsReconnect",
    "ProfileNeedsReconnectData",
    "ProfileVerified",
    "ProfileVerifiedData",
    "Queue",
    "SessionRevoked",
    "SessionRevokedData",
    "SubscriptionChanged",
    "SubscriptionChangedData",
    "VerifiedPlatform",
    "content_digest",
]
