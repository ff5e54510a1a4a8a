"""The idempotency key of a call to Stripe, derived from the row that the call is for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from billing.clients.stripe.errors import StripeCallError
from billing.factory import ProcessContext
from billing.idempotency.repository import CallRow


@asynccontextmanager
async def idempotency_key(context: ProcessContext, row: CallRow) -> AsyncIterator[str]:
    """Yield the key for a call; after an error that Stripe would replay for the key, the next call gets another key.

    A call without an answer keeps its key, so that repeating it returns what the first call created.
    """
    try:
        yield f"{row.__tablename__}-{row.id}-{row.attempt}"
    except StripeCallError as error:
        if error.key_is_spent:
            async with context.transaction(row.account_id) as factory:
                await factory.idempotency_keys().replace(row)
        raise
