from uuid import UUID

from common.ids import new_id

from billing.factory import ProcessContext
from billing.portal.errors import NoCustomerError


async def open_portal(context: ProcessContext, account_id: UUID, wanted_return: str | None) -> str:
    """Return the address of Stripe's portal for the account. Raises NoCustomerError and StripeCallError."""
    return_url = context.redirects.portal(wanted_return)
    async with context.transaction(account_id) as factory:
        customer = await factory.customers().current()
    if customer is None or customer.stripe_customer_id is None:
        raise NoCustomerError("Start a subscription with POST /api/billing/checkout first.")
    # Each request is given a link of its own: one that lives for minutes is of no use when repeated.
    key = f"portal-{customer.id}-{new_id()}"
    return await context.stripe.create_portal(customer_id=customer.stripe_customer_id, return_url=return_url, key=key)
