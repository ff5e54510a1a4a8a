"""Reconciling an account's subscription with Stripe."""

from datetime import datetime
from uuid import UUID

from billing.clients.stripe.client import StripeApi
from billing.factory import ProcessContext
from billing.subscriptions.errors import StillChangingError

_ATTEMPTS = 5


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
        """Fetch a subscription by its id and apply it.

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
            if applied:
                return
        raise StillChangingError("Try again in a few seconds.", retry_after=2)
