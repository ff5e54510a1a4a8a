"""The idempotency key of a call to Stripe, made of the row that the call is for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common.database import Database
from sqlalchemy import update

from billing.clients.stripe import StripeCallError
from billing.models import Checkout, Customer, PlanChange


@asynccontextmanager
async def idempotency_key(database: Database, row: Customer | Checkout | PlanChange) -> AsyncIterator[str]:
    """Give the key for a call; after an error that Stripe would repeat for it, the row gets another key for next time.

    A call whose answer got lost keeps its key: repeated, it returns what it made the first time.
    """
    try:
        yield f"{row.__tablename__}-{row.id}-{row.attempt}"
    except StripeCallError as error:
        if error.key_is_spent:
            model = type(row)
            async with database.transaction(row.account_id) as session:
                await session.execute(
                    update(model)
                    .where(model.id == row.id, model.attempt == row.attempt)
                    .values(attempt=row.attempt + 1)
                )
        raise
