from uuid import UUID

from common.ids import new_id

from billing.clients.stripe.errors import StripeRefusedError
from billing.customers.workflow import discard_customer
from billing.factory import ProcessContext
from billing.portal.errors import NoCustomerError

_MISSING = "resource_missing"


async def open_portal(context: ProcessContext, account_id: UUID, return_url: str | None) -> str:
    """Return the address of Stripe's portal for the account. Raises NoCustomerError and StripeCallError."""
    allowed_return_url = context.redirects.portal(return_url)
    async with context.transaction(account_id) as factory:
        customer = await factory.customers().current()
    if customer is None or customer.stripe_customer_id is None:
        raise _no_customer()
    # A portal link is valid for minutes, so each request gets a new one and needs a new key.
    key = f"portal-{customer.id}-{new_id()}"
    try:
        return await context.stripe.create_portal(
            customer_id=customer.stripe_customer_id, return_url=allowed_return_url, key=key
        )
    except StripeRefusedError as error:
        if error.stripe_code != _MISSING or error.param != "customer":
            raise
    # deleted at Stripe, with its subscriptions; the next checkout creates another
    await discard_customer(context, account_id, customer.stripe_customer_id)
    raise _no_customer()


def _no_customer() -> NoCustomerError:
    return NoCustomerError("Start a subscription with POST /api/billing/checkout first.")
