from common.messaging import EventRouter
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

from scheduler.dependencies import EventFactory


async def keep_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.read_models().keep_account(event)


async def park_or_release_items_of_subscription(event: SubscriptionChanged, factory: EventFactory) -> None:
    await factory.read_models().keep_subscription(event)


async def keep_approval(event: ContentApproved, factory: EventFactory) -> None:
    await factory.read_models().keep_approval(event)


async def cancel_items_of_withdrawn_approval(event: ContentApprovalWithdrawn, factory: EventFactory) -> None:
    await factory.read_models().end_approval(event)


async def cancel_items_of_deleted_content(event: ContentDeleted, factory: EventFactory) -> None:
    await factory.read_models().end_content(event)


async def release_items_of_verified_profile(event: ProfileVerified, factory: EventFactory) -> None:
    await factory.read_models().keep_verification(event)


async def park_items_of_lost_connection(event: ProfileNeedsReconnect, factory: EventFactory) -> None:
    await factory.read_models().keep_loss(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_ACCOUNTS, keep_account)
    router.subscribe(queues.SCHEDULER_SUBSCRIPTION, park_or_release_items_of_subscription)
    router.subscribe(
        queues.SCHEDULER_CONTENT, keep_approval, cancel_items_of_withdrawn_approval, cancel_items_of_deleted_content
    )
    router.subscribe(queues.SCHEDULER_PROFILE, release_items_of_verified_profile, park_items_of_lost_connection)
    return router
