"""Asking Stripe what an account's subscription is, and making it so here."""

from datetime import datetime
from uuid import UUID

from billing.clients.stripe import StripeApi
from billing.factory import ProcessContext
from billing.subscriptions.errors import StillChangingError

_TRIES = 5


class Comparison:
    """Whatever an event says, and in whatever order events come, what Stripe says now is what counts.

    No transaction is held during the call. Each applied answer takes a number; an answer that was asked for before
    another one was applied is thrown away and asked for again, so an older one never replaces a newer one.
    """

    def __init__(self, context: ProcessContext, stripe: StripeApi) -> None:
        self._context = context
        self._stripe = stripe

    async def compare(
        self,
        account_id: UUID,
        subscription_id: str,
        *,
        user_id: UUID | None = None,
        event_created: datetime | None = None,
    ) -> None:
        """Fetch a subscription by its id and apply it.

        Raises StripeCallError, what `SubscriptionService.apply` raises, and StillChangingError when others applied
        theirs first five times in a row.
        """
        for _ in range(_TRIES):
            async with self._context.transaction(account_id) as factory:
                ticket = await factory.subscriptions().ticket(account_id)
            answer = await self._stripe.subscription(subscription_id)
            async with self._context.transaction(account_id) as factory:
                applied = await factory.subscriptions().apply(
                    answer, ticket=ticket, account_id=account_id, user_id=user_id, event_created=event_created
                )
            if applied:
                return
        raise StillChangingError("Try again in some seconds.", retry_after=2)
