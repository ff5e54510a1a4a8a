"""What the publisher learns from the other services."""

from common.messaging import EventRouter
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    PostCancelled,
    PostMissed,
    PostScheduled,
    SubscriptionChanged,
    queues,
)

from publisher.dependencies import EventFactory
from publisher.read_models.frozen import frozen_facts


async def note_name_of_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


async def note_whether_posting_is_included(event: SubscriptionChanged, factory: EventFactory) -> None:
    await factory.subscriptions().apply(revision=event.data.revision, posting=event.data.entitlements.posting)


async def note_what_was_approved(event: ContentApproved, factory: EventFactory) -> None:
    approved = event.data
    await factory.approved_contents().apply(
        revision=approved.revision,
        content_id=approved.content_id,
        approved=True,
        content_hash=approved.content_hash,
        digests={payload.platform: payload.digest() for payload in approved.payloads},
        approved_by=approved.approved_by,
    )


async def note_that_approval_ended(event: ContentApprovalWithdrawn | ContentDeleted, factory: EventFactory) -> None:
    await factory.approved_contents().withdraw(event.data.content_id, event.data.revision)


async def note_what_was_frozen(event: PostScheduled, factory: EventFactory) -> None:
    frozen = event.data
    await factory.scheduled_posts().apply(
        revision=frozen.revision, item_id=frozen.item_id, cancelled=False, reason=None, frozen=frozen_facts(frozen)
    )


async def note_what_was_cancelled(event: PostCancelled, factory: EventFactory) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, event.data.reason)


async def note_what_was_missed(event: PostMissed, factory: EventFactory) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, "missed")


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_ACCOUNTS, note_name_of_account)
    router.subscribe(queues.PUBLISHER_SUBSCRIPTION, note_whether_posting_is_included)
    router.subscribe(queues.PUBLISHER_CONTENT, note_what_was_approved, note_that_approval_ended)
    router.subscribe(queues.PUBLISHER_SCHEDULE, note_what_was_frozen, note_what_was_cancelled, note_what_was_missed)
    return router
