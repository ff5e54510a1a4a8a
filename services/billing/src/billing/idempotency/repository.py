from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from billing.models import Checkout, Customer, FurtherSubscription, PlanChange

CallRow = Customer | Checkout | PlanChange | FurtherSubscription
"""A row for which Stripe is called. Its `attempt` is part of the idempotency key."""


class IdempotencyKeyRepository:
    """The attempt number of a row, from which the idempotency key of its call to Stripe is derived."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def replace(self, row: CallRow) -> None:
        """Increment the row's attempt, which changes its key, unless another transaction has already done so."""
        model = type(row)
        await self._session.execute(
            update(model).where(model.id == row.id, model.attempt == row.attempt).values(attempt=row.attempt + 1)
        )
