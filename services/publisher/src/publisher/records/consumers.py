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
from publisher.records.frozen import frozen_facts

accounts = Consumer[Factory](queues.PUBLISHER_ACCOUNTS)
subscription = Consumer[Factory](queues.PUBLISHER_SUBSCRIPTION)
content = Consumer[Factory](queues.PUBLISHER_CONTENT)
schedule = Consumer[Factory](queues.PUBLISHER_SCHEDULE)


@accounts.handles(AccountCreated)
async def note_name_of_new_account(factory: Factory, event: AccountCreated) -> None:
    await factory.records(event.account_id).put_account(event.data.name, event.data.revision)


@accounts.handles(AccountUpdated)
async def note_new_name_of_account(factory: Factory, event: AccountUpdated) -> None:
    await factory.records(event.account_id).put_account(event.data.name, event.data.revision)


@subscription.handles(SubscriptionChanged)
async def note_whether_posting_is_included(factory: Factory, event: SubscriptionChanged) -> None:
    await factory.records(event.account_id).put_subscription(
        posting=event.data.entitlements.posting, revision=event.data.revision
    )


@content.handles(ContentApproved)
async def note_what_was_approved(factory: Factory, event: ContentApproved) -> None:
    approved = event.data
    digests: dict[str, str] = {payload.platform: payload.digest() for payload in approved.payloads}
    await factory.records(event.account_id).put_approval(
        approved.content_id, approved.revision, approved.content_hash, digests, approved.approved_by
    )


@content.handles(ContentApprovalWithdrawn)
async def note_that_approval_was_withdrawn(factory: Factory, event: ContentApprovalWithdrawn) -> None:
    await factory.records(event.account_id).withdraw_approval(event.data.content_id, event.data.revision)


@content.handles(ContentDeleted)
async def note_that_content_was_deleted(factory: Factory, event: ContentDeleted) -> None:
    await factory.records(event.account_id).withdraw_approval(event.data.content_id, event.data.revision)


@schedule.handles(PostScheduled)
async def note_what_was_frozen(factory: Factory, event: PostScheduled) -> None:
    frozen = event.data
    await factory.records(event.account_id).put_scheduled(frozen.item_id, frozen.revision, frozen_facts(frozen))


@schedule.handles(PostCancelled)
async def note_what_was_cancelled(factory: Factory, event: PostCancelled) -> None:
    await factory.records(event.account_id).cancel_scheduled(event.data.item_id, event.data.revision, event.data.reason)


@schedule.handles(PostMissed)
async def note_what_was_missed(factory: Factory, event: PostMissed) -> None:
    await factory.records(event.account_id).cancel_scheduled(event.data.item_id, event.data.revision, "missed")
