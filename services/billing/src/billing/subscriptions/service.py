from datetime import datetime
from uuid import UUID

from common.clock import Clock
from common.messaging import outbox
from sqlalchemy.ext.asyncio import AsyncSession

from billing.clients.stripe.objects import StripeSubscription
from billing.models import Subscription
from billing.plans.rules import Catalogue
from billing.subscriptions.errors import SubscriptionOfAnotherError
from billing.subscriptions.events import subscription_audit_entry, subscription_changed
from billing.subscriptions.repository import SubscriptionRepository
from billing.subscriptions.rules import NO_SUBSCRIPTION, SubscriptionState, concerns, state_from_stripe


class SubscriptionService:
    def __init__(
        self, session: AsyncSession, subscriptions: SubscriptionRepository, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._session = session
        self._subscriptions = subscriptions
        self._catalogue = catalogue
        self._clock = clock

    async def current(self) -> tuple[SubscriptionState, int]:
        """Return the account's state and its revision: `none` and 0 before the first subscription."""
        row = await self._subscriptions.current()
        return (NO_SUBSCRIPTION, 0) if row is None else (SubscriptionState.of(row), row.revision)

    async def comparison(self, account_id: UUID) -> int:
        """Return how often the account's row was compared with Stripe; read it before a request to Stripe."""
        return (await self._subscriptions.ensure(account_id)).comparison

    async def apply(
        self,
        subscription: StripeSubscription,
        *,
        comparison: int,
        account_id: UUID,
        user_id: UUID | None,
        event_created: datetime | None,
    ) -> bool:
        """Store what Stripe reports, and emit an event if it changes the account's state.

        Returns False if another answer was applied since ``comparison`` was read: this answer may be older, so the
        caller must request a new one. Raises SubscriptionOfAnotherError, UnknownPriceError and TwoSubscriptionsError.
        """
        owner = await self._subscriptions.account_of_customer(subscription.customer_id)
        if owner not in (None, account_id):
            raise SubscriptionOfAnotherError(
                f"{subscription.id} belongs to the customer {subscription.customer_id} of another account."
            )
        row = await self._subscriptions.lock_current()
        if row.comparison != comparison:
            return False
        row.comparison += 1
        if event_created is not None:
            row.last_event_created = max(event_created, row.last_event_created or event_created)
        if concerns(subscription, row):
            await self._change(row, subscription, user_id)
        return True

    async def _change(self, row: Subscription, subscription: StripeSubscription, user_id: UUID | None) -> None:
        before = SubscriptionState.of(row)
        previous = before if row.stripe_subscription_id == subscription.id else NO_SUBSCRIPTION
        after = state_from_stripe(subscription, self._catalogue, previous)
        row.stripe_subscription_id = subscription.id
        row.stripe_created = subscription.created
        if after == before:
            return
        after.write_to(row)
        row.revision += 1
        now = self._clock.now()
        await outbox.add(self._session, subscription_changed(row, now))
        await outbox.add(self._session, subscription_audit_entry(row, before, user_id, now))
