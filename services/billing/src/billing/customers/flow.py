"""The account's customer at Stripe, made when it is first needed."""

from uuid import UUID

from billing.factory import ProcessContext
from billing.stripe_keys import idempotency_key


async def ensure_customer(context: ProcessContext, account_id: UUID) -> str:
    """Return the account's customer id at Stripe. Raises StripeCallError.

    Our row is committed before the call, so that a call whose answer got lost is repeated with the same key and finds
    the customer that it made.
    """
    async with context.transaction(account_id) as factory:
        account = await factory.accounts().get()
        customer = await factory.customers().ensure(account_id, account.name if account else None)
    if customer.stripe_customer_id is not None:
        return customer.stripe_customer_id
    async with idempotency_key(context.database, customer) as key:
        made = await context.stripe.create_customer(name=customer.name, account_id=account_id, key=key)
    async with context.transaction(account_id) as factory:
        await factory.customers().replace_stripe_id(None, made)
        customer = await factory.customers().ensure(account_id, None)
    return customer.stripe_customer_id or made


async def forget_customer(context: ProcessContext, account_id: UUID, stripe_customer_id: str) -> None:
    """Let go of a customer that was deleted at Stripe; the next call makes another one."""
    async with context.transaction(account_id) as factory:
        await factory.customers().replace_stripe_id(stripe_customer_id, None)
