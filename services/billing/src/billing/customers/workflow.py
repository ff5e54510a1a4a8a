"""The account's customer at Stripe, created when it is first needed."""

from uuid import UUID

from billing.factory import ProcessContext
from billing.idempotency.workflow import idempotency_key


async def ensure_customer(context: ProcessContext, account_id: UUID) -> str:
    """Return the account's customer id at Stripe. Raises StripeCallError.

    Our row is committed before the call. If the answer is lost, the next call repeats it with the same key and gets
    the customer that the first one created.
    """
    async with context.transaction(account_id) as factory:
        account = await factory.accounts().get()
        customer = await factory.customers().ensure(account_id, account.name if account else None)
    if customer.stripe_customer_id is not None:
        return customer.stripe_customer_id
    async with idempotency_key(context, customer) as key:
        created = await context.stripe.create_customer(name=customer.name, account_id=account_id, key=key)
    async with context.transaction(account_id) as factory:
        await factory.customers().replace_stripe_id(None, created)
        customer = await factory.customers().ensure(account_id, None)
    return customer.stripe_customer_id or created


async def discard_customer(context: ProcessContext, account_id: UUID, stripe_customer_id: str) -> None:
    """Discard the id of a customer that was deleted at Stripe; `ensure_customer` then creates another."""
    async with context.transaction(account_id) as factory:
        await factory.customers().replace_stripe_id(stripe_customer_id, None)
