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
from publisher.records.frozen import frozen_facts


async def note_name_of_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.records(event.account_id).put_account(event.data.name, event.data.revision)


async def note_whether_posting_is_included(event: SubscriptionChanged, factory: EventFactory) -> None:
    await factory.records(event.account_id).put_subscription(
        posting=event.data.entitlements.posting, revision=event.data.revision
    )


async def note_what_was_approved(event: ContentApproved, factory: EventFactory) -> None:
    approved = event.data
    digests: dict[str, str] = {payload.platform: payload.digest() for payload in approved.payloads}
    await factory.records(event.account_id).put_approval(
        approved.content_id, approved.revision, approved.content_hash, digests, approved.approved_by
    )


async def note_that_approval_ended(event: ContentApprovalWithdrawn | ContentDeleted, factory: EventFactory) -> None:
    await factory.records(event.account_id).withdraw_approval(event.data.content_id, event.data.revision)


async def note_what_was_frozen(event: PostScheduled, factory: EventFactory) -> None:
    frozen = event.data
    await factory.records(event.account_id).put_scheduled(frozen.item_id, frozen.revision, frozen_facts(frozen))


async def note_what_was_cancelled(event: PostCancelled, factory: EventFactory) -> None:
    await factory.records(event.account_id).cancel_scheduled(event.data.item_id, event.data.revision, event.data.reason)


async def note_what_was_missed(event: PostMissed, factory: EventFactory) -> None:
    await factory.records(event.account_id).cancel_scheduled(event.data.item_id, event.data.revision, "missed")


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_ACCOUNTS, note_name_of_account)
    router.subscribe(queues.PUBLISHER_SUBSCRIPTION, note_whether_posting_is_included)
    router.subscribe(queues.PUBLISHER_CONTENT, note_what_was_approved, note_that_approval_ended)
    router.subscribe(queues.PUBLISHER_SCHEDULE, note_what_was_frozen, note_what_was_cancelled, note_what_was_missed)
    return router
