from common.messaging import EventRouter
from pulseworks_contracts import AccountCreated, AccountUpdated, SubscriptionChanged, queues

from content.dependencies import EventFactory


async def update_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    data = event.data
    await factory.accounts().apply(
        revision=data.revision, name=data.name, website_url=data.website_url, timezone=data.timezone
    )


async def update_subscription(event: SubscriptionChanged, factory: EventFactory) -> None:
    entitlements = event.data.entitlements
    await factory.subscriptions().apply(
        revision=event.data.revision, generation=entitlements.generation, posts_per_month=entitlements.posts_per_month
    )
    await factory.plan_terms().add(
        revision=event.data.revision,
        effective_at=event.time,
        generation=entitlements.generation,
        posts_per_month=entitlements.posts_per_month,
        period_ends_at=event.data.current_period_end,
    )


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.CONTENT_ACCOUNTS, update_account)
    router.subscribe(queues.CONTENT_SUBSCRIPTION, update_subscription)
    return router
