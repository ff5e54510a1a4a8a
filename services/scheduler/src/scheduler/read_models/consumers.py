from common.messaging import Consumer
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
    queues,
)

from scheduler.factory import Factory

accounts = Consumer[Factory](queues.SCHEDULER_ACCOUNTS)
subscriptions = Consumer[Factory](queues.SCHEDULER_SUBSCRIPTION)
contents = Consumer[Factory](queues.SCHEDULER_CONTENT)
profiles = Consumer[Factory](queues.SCHEDULER_PROFILE)


@accounts.handles(AccountCreated)
async def keep_new_account(factory: Factory, event: AccountCreated) -> None:
    await factory.read_models().keep_account(event)


@accounts.handles(AccountUpdated)
async def keep_changed_account(factory: Factory, event: AccountUpdated) -> None:
    await factory.read_models().keep_account(event)


@subscriptions.handles(SubscriptionChanged)
async def park_or_release_items_of_subscription(factory: Factory, event: SubscriptionChanged) -> None:
    await factory.read_models().keep_subscription(event)


@contents.handles(ContentApproved)
async def keep_approval(factory: Factory, event: ContentApproved) -> None:
    await factory.read_models().keep_approval(event)


@contents.handles(ContentApprovalWithdrawn)
async def cancel_items_of_withdrawn_approval(factory: Factory, event: ContentApprovalWithdrawn) -> None:
    await factory.read_models().end_approval(event)


@contents.handles(ContentDeleted)
async def cancel_items_of_deleted_content(factory: Factory, event: ContentDeleted) -> None:
    await factory.read_models().end_content(event)


@profiles.handles(ProfileVerified)
async def release_items_of_verified_profile(factory: Factory, event: ProfileVerified) -> None:
    await factory.read_models().keep_verification(event)


@profiles.handles(ProfileNeedsReconnect)
async def park_items_of_lost_connection(factory: Factory, event: ProfileNeedsReconnect) -> None:
    await factory.read_models().keep_loss(event)
