"""What the publisher learns from the other services."""

from common.messaging import Consumer
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

from publisher.factory import Factory
from publisher.read_models.frozen import frozen_facts

accounts = Consumer[Factory](queues.PUBLISHER_ACCOUNTS)
subscription = Consumer[Factory](queues.PUBLISHER_SUBSCRIPTION)
content = Consumer[Factory](queues.PUBLISHER_CONTENT)
schedule = Consumer[Factory](queues.PUBLISHER_SCHEDULE)


@accounts.handles(AccountCreated)
async def note_name_of_new_account(factory: Factory, event: AccountCreated) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


@accounts.handles(AccountUpdated)
async def note_new_name_of_account(factory: Factory, event: AccountUpdated) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


@subscription.handles(SubscriptionChanged)
async def note_whether_posting_is_included(factory: Factory, event: SubscriptionChanged) -> None:
    await factory.subscriptions().apply(revision=event.data.revision, posting=event.data.entitlements.posting)


@content.handles(ContentApproved)
async def note_what_was_approved(factory: Factory, event: ContentApproved) -> None:
    approved = event.data
    await factory.approved_contents().apply(
        revision=approved.revision,
        content_id=approved.content_id,
        approved=True,
        content_hash=approved.content_hash,
        digests={payload.platform: payload.digest() for payload in approved.payloads},
        approved_by=approved.approved_by,
    )


@content.handles(ContentApprovalWithdrawn)
async def note_that_approval_was_withdrawn(factory: Factory, event: ContentApprovalWithdrawn) -> None:
    await factory.approved_contents().withdraw(event.data.content_id, event.data.revision)


@content.handles(ContentDeleted)
async def note_that_content_was_deleted(factory: Factory, event: ContentDeleted) -> None:
    await factory.approved_contents().withdraw(event.data.content_id, event.data.revision)


@schedule.handles(PostScheduled)
async def note_what_was_frozen(factory: Factory, event: PostScheduled) -> None:
    frozen = event.data
    await factory.scheduled_posts().apply(
        revision=frozen.revision, item_id=frozen.item_id, cancelled=False, reason=None, frozen=frozen_facts(frozen)
    )


@schedule.handles(PostCancelled)
async def note_what_was_cancelled(factory: Factory, event: PostCancelled) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, event.data.reason)


@schedule.handles(PostMissed)
async def note_what_was_missed(factory: Factory, event: PostMissed) -> None:
    await factory.scheduled_posts().cancel(event.data.item_id, event.data.revision, "missed")
