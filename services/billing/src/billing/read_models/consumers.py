from common.messaging import Consumer
from pulseworks_contracts import AccountCreated, AccountUpdated, queues

from billing.factory import Factory

__all__ = ["consumer"]

consumer = Consumer[Factory](queues.BILLING_ACCOUNTS)


@consumer.handles(AccountCreated)
async def keep_new_account(factory: Factory, event: AccountCreated) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)


@consumer.handles(AccountUpdated)
async def keep_changed_account(factory: Factory, event: AccountUpdated) -> None:
    await factory.accounts().apply(revision=event.data.revision, name=event.data.name)
