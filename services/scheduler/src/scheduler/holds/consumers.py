from common.messaging import EventRouter
from pulseworks_contracts import ProfileNeedsReconnect, ProfileVerified, SubscriptionChanged, queues

from scheduler.dependencies import EventFactory


async def park_or_release_items_of_subscription(event: SubscriptionChanged, factory: EventFactory) -> None:
    await factory.holds().apply_subscription(event)


async def release_items_of_verified_profile(event: ProfileVerified, factory: EventFactory) -> None:
    await factory.holds().apply_verification(event)


async def park_items_of_lost_connection(event: ProfileNeedsReconnect, factory: EventFactory) -> None:
    await factory.holds().apply_lost_connection(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_SUBSCRIPTION, park_or_release_items_of_subscription)
    router.subscribe(queues.SCHEDULER_PROFILE, release_items_of_verified_profile, park_items_of_lost_connection)
    return router
