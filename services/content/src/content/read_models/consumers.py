from common.messaging import EventRouter
from pulseworks_contracts import AccountCreated, AccountUpdated, SubscriptionChanged, queues

from content.dependencies import EventFactory

__all__ = ["create_router"]


async def keep_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    data = event.data
    await factory.accounts().apply(
        revision=data.revision, name=data.name, website_url=data.website_url, timezone=data.timezone
    )


async def keep_entitlements(event: SubscriptionChanged, factory: EventFactory) -> None:
    entitled = event.data.entitlements
    await factory.subscriptions().apply(
        revision=event.data.revision, generation=entitled.generation, posts_per_month=entitled.posts_per_month
    )


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.CONTENT_ACCOUNTS, keep_account)
    router.subscribe(queues.CONTENT_SUBSCRIPTION, keep_entitlements)
    return router
