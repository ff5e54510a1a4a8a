"""Keeps the read models of the other services' facts."""

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
from publisher.read_models.rules import frozen_facts


async def update_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


async def update_subscription(event: SubscriptionChanged, factory: EventFactory) -> None:
    await factory.subscriptions().apply(revision=event.data.revision, posting=event.data.entitlements.posting)


async def update_approved_content(event: ContentApproved, factory: EventFactory) -> None:
    approved = event.data
    await factory.approved_contents().apply(
        revision=approved.revision,
        content_id=approved.content_id,
        approved=True,
        content_hash=approved.content_hash,
        digests={payload.platform: payload.digest() for payload in approved.payloads},
        approved_by=approved.approved_by,
    )


async def withdraw_approval(event: ContentApprovalWithdrawn | ContentDeleted, factory: EventFactory) -> None:
    await factory.approved_contents().withdraw(event.data.content_id, event.data.revision)


async def update_scheduled_post(event: PostScheduled, factory: EventFactory) -> None:
    frozen = event.data
    await factory.scheduled_posts().apply(
        revision=frozen.revision, item_id=frozen.item_id, cancelled=False, reason=None, frozen=frozen_facts(frozen)
    )


async def cancel_scheduled_post(event: PostCancelled, factory: EventFactory) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, event.data.reason)


async def mark_post_missed(event: PostMissed, factory: EventFactory) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, "missed")


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_ACCOUNTS, update_account)
    router.subscribe(queues.PUBLISHER_SUBSCRIPTION, update_subscription)
    router.subscribe(queues.PUBLISHER_CONTENT, update_approved_content, withdraw_approval)
    router.subscribe(queues.PUBLISHER_SCHEDULE, update_scheduled_post, cancel_scheduled_post, mark_post_missed)
    return router
