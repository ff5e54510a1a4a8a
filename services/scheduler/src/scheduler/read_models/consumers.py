from common.messaging import EventRouter
from pulseworks_contracts import AccountCreated, AccountUpdated, queues

from scheduler.dependencies import EventFactory


async def store_account(event: AccountCreated | AccountUpdated, factory: EventFactory) -> None:
    await factory.read_models().apply_account(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_ACCOUNTS, store_account)
    return router
