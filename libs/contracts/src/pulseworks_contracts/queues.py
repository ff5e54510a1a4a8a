"""The queue of each (service, purpose), and the event types bound to it.

The topology is declared from this list before any relay starts, so an event is never sent without its queues, and
readiness reports a missing queue.

A queue keeps its types: during a roll-out the replicas of two builds consume it. A new type gets a new queue.
"""

from dataclasses import dataclass

from pulseworks_contracts.audit import AuditRecorded
from pulseworks_contracts.billing import SubscriptionChanged
from pulseworks_contracts.content import ContentApprovalWithdrawn, ContentApproved, ContentDeleted
from pulseworks_contracts.envelope import Event
from pulseworks_contracts.identity import AccountCreated, AccountUpdated, UserChanged
from pulseworks_contracts.publisher import (
    PostDelayed,
    PostFailed,
    PostOutcomeUnknown,
    PostPublished,
    PreflightFailed,
    PreflightPassed,
    ProfileNeedsReconnect,
    ProfileVerified,
)
from pulseworks_contracts.scheduler import (
    PostCancelled,
    PostConfirmed,
    PostDue,
    PostMissed,
    PostScheduled,
    PostUnanswered,
    PostUpcoming,
)


@dataclass(frozen=True)
class Queue:
    """A durable queue of one service for one purpose, and the event types that it receives."""

    service: str
    purpose: str
    events: tuple[type[Event], ...]

    @property
    def name(self) -> str:
        """Name without the deployment's namespace: ``content.schedule``."""
        return f"{self.service}.{self.purpose}"


IDENTITY_AUDIT = Queue("identity", "audit", (AuditRecorded,))

BILLING_ACCOUNTS = Queue("billing", "accounts", (AccountCreated, AccountUpdated))

CONTENT_ACCOUNTS = Queue("content", "accounts", (AccountCreated, AccountUpdated))
CONTENT_SUBSCRIPTION = Queue("content", "subscription", (SubscriptionChanged,))
CONTENT_SCHEDULE = Queue(
    "content", "schedule", (PostScheduled, PostCancelled, PostMissed, PostUnanswered, PostConfirmed)
)
CONTENT_OUTCOMES = Queue("content", "outcomes", (PostPublished, PostFailed, PostOutcomeUnknown))

SCHEDULER_ACCOUNTS = Queue("scheduler", "accounts", (AccountCreated, AccountUpdated))
SCHEDULER_SUBSCRIPTION = Queue("scheduler", "subscription", (SubscriptionChanged,))
SCHEDULER_CONTENT = Queue("scheduler", "content", (ContentApproved, ContentApprovalWithdrawn, ContentDeleted))
SCHEDULER_PROFILE = Queue("scheduler", "profile", (ProfileVerified, ProfileNeedsReconnect))
SCHEDULER_OUTCOMES = Queue("scheduler", "outcomes", (PostDelayed, PostPublished, PostFailed, PostOutcomeUnknown))
SCHEDULER_USERS = Queue("scheduler", "users", (UserChanged,))
SCHEDULER_PREFLIGHT = Queue("scheduler", "preflight", (PreflightPassed, PreflightFailed))

PUBLISHER_ACCOUNTS = Queue("publisher", "accounts", (AccountCreated, AccountUpdated))
PUBLISHER_SUBSCRIPTION = Queue("publisher", "subscription", (SubscriptionChanged,))
PUBLISHER_CONTENT = Queue("publisher", "content", (ContentApproved, ContentApprovalWithdrawn, ContentDeleted))
PUBLISHER_SCHEDULE = Queue("publisher", "schedule", (PostScheduled, PostCancelled, PostMissed))
PUBLISHER_DUE = Queue("publisher", "due", (PostDue,))
PUBLISHER_UPCOMING = Queue("publisher", "upcoming", (PostUpcoming,))

ALL_QUEUES: tuple[Queue, ...] = (
    IDENTITY_AUDIT,
    BILLING_ACCOUNTS,
    CONTENT_ACCOUNTS,
    CONTENT_SUBSCRIPTION,
    CONTENT_SCHEDULE,
    CONTENT_OUTCOMES,
    SCHEDULER_ACCOUNTS,
    SCHEDULER_SUBSCRIPTION,
    SCHEDULER_CONTENT,
    SCHEDULER_PROFILE,
    SCHEDULER_OUTCOMES,
    SCHEDULER_PREFLIGHT,
    SCHEDULER_USERS,
    PUBLISHER_ACCOUNTS,
    PUBLISHER_SUBSCRIPTION,
    PUBLISHER_CONTENT,
    PUBLISHER_SCHEDULE,
    PUBLISHER_DUE,
    PUBLISHER_UPCOMING,
)
