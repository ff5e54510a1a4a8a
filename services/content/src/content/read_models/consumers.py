from common.messaging import Consumer
from pulseworks_contracts import AccountCreated, AccountUpdated, SubscriptionChanged, queues

from content.factory import Factory

accounts = Consumer[Factory](queues.CONTENT_ACCOUNTS)
subscriptions = Consumer[Factory](queues.CONTENT_SUBSCRIPTION)


@accounts.handles(AccountCreated)
async def keep_new_account(factory: Factory, event: AccountCreated) -> None:
    await _keep_account(factory, event)


@accounts.handles(AccountUpdated)
async def keep_changed_account(factory: Factory, event: AccountUpdated) -> None:
    await _keep_account(factory, event)


async def _keep_account(factory: Factory, event: AccountCreated | AccountUpdated) -> None:
    data = event.data
    await factory.accounts().apply(
        revision=data.revision, name=data.name, website_url=data.website_url, timezone=data.timezone
    )


@subscriptions.handles(SubscriptionChanged)
async def keep_entitlements(factory: Factory, event: SubscriptionChanged) -> None:
    entitled = event.data.entitlements
    await factory.subscriptions().apply(
        revision=event.data.revision, generation=entitled.generation, posts_per_month=entitled.posts_per_month
    )
