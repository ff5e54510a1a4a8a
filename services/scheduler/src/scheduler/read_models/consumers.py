from common.messaging import Consumer
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
    queues,
)

from scheduler.factory import Factory

accounts = Consumer[Factory](queues.SCHEDULER_ACCOUNTS)
subscriptions = Consumer[Factory](queues.SCHEDULER_SUBSCRIPTION)
profiles = Consumer[Factory](queues.SCHEDULER_PROFILE)


@accounts.handles(AccountCreated)
async def keep_new_account(factory: Factory, event: AccountCreated) -> None:
    await factory.standing().keep_account(event)


@accounts.handles(AccountUpdated)
async def keep_changed_account(factory: Factory, event: AccountUpdated) -> None:
    await factory.standing().keep_account(event)


@subscriptions.handles(SubscriptionChanged)
async def park_or_release_items_of_subscription(factory: Factory, event: SubscriptionChanged) -> None:
    await factory.standing().keep_subscription(event)


@profiles.handles(ProfileVerified)
async def release_items_of_verified_profile(factory: Factory, event: ProfileVerified) -> None:
    await factory.standing().keep_verification(event)


@profiles.handles(ProfileNeedsReconnect)
async def park_items_of_lost_connection(factory: Factory, event: ProfileNeedsReconnect) -> None:
    await factory.standing().keep_loss(event)
