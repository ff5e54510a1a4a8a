from common.messaging import EventRouter
from pulseworks_contracts import AccountCreated, AccountUpdated, queues

from billing.dependencies import EventFactory


async def store_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.BILLING_ACCOUNTS, store_account)
    return router
