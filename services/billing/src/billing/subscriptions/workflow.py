"""Reconciling an account's subscription with Stripe, one operation of an account at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from billing.clients.stripe.client import StripeApi
from billing.factory import ProcessContext
from billing.subscriptions.errors import StillChangingError

_ATTEMPTS = 5


@asynccontextmanager
async def one_operation(context: ProcessContext, account_id: UUID, operation_id: UUID) -> AsyncIterator[None]:
    """Hold the account for one checkout or change: two at once could each buy, or mix their items.

    No transaction is open meanwhile. Requests with the same id may run together: they make the same calls with the same
    idempotency keys. Raises StillChangingError while another operation runs.
    """
    async with context.transaction(account_id) as factory:
        await factory.subscriptions().begin_operation(account_id, operation_id)
    try:
        yield
    finally:
        async with context.transaction(account_id) as factory:
            await factory.subscription_repository().release_operation(operation_id)


class SubscriptionReconciler:
    """Stores what Stripe reports now, so the content and order of Stripe's events do not matter.

    No transaction is open during the request. The row counts the answers that were applied. An answer is discarded and
    requested again if another one was applied during the request, so an older answer never replaces a newer one.
    """

    def __init__(self, context: ProcessContext, stripe: StripeApi) -> None:
        self._context = context
        self._stripe = stripe

    async def reconcile(
        self,
        account_id: UUID,
        subscription_id: str,
        *,
        user_id: UUID | None = None,
        event_created: datetime | None = None,
    ) -> None:
        """Fetch a subscription by its id and apply it. If that ends it, do the same with a further one of the account.

        Raises StripeCallError, what `SubscriptionService.apply` raises, and StillChangingError after five answers in a
        row that were overtaken.
        """
        for _ in range(_ATTEMPTS):
            async with self._context.transaction(account_id) as factory:
                comparison = await factory.subscriptions().comparison(account_id)
            subscription = await self._stripe.subscription(subscription_id)
            async with self._context.transaction(account_id) as factory:
                applied = await factory.subscriptions().apply(
                    subscription,
                    comparison=comparison,
                    account_id=account_id,
                    user_id=user_id,
                    event_created=event_created,
                )
                successor = await factory.subscriptions().successor() if applied else None
            if successor is not None:
                subscription_id = successor
            elif applied:
                return
        raise StillChangingError("Try again in a few seconds.", retry_after=2)
