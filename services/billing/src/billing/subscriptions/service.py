from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock
from common.database.committed import note_event
from common.messaging import outbox
from pulseworks_contracts import Plan
from sqlalchemy.ext.asyncio import AsyncSession

from billing.clients.stripe.objects import StripeSubscription
from billing.models import FurtherSubscription, Subscription
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import ENTITLED_STATUSES, Catalogue
from billing.subscriptions.errors import StillChangingError, SubscriptionOfAnotherError
from billing.subscriptions.events import (
    SUBSCRIPTION_CHANGED,
    further_subscription_audit_entry,
    subscription_audit_entry,
    subscription_changed,
)
from billing.subscriptions.repository import FurtherSubscriptionRepository, SubscriptionRepository
from billing.subscriptions.rules import NO_SUBSCRIPTION, Relation, SubscriptionState, relation_of, state_from_stripe

_LONGEST_OPERATION = timedelta(minutes=2)
"""Longer than the calls of one request take with all retries. A crashed request blocks the account for so long."""


@dataclass(frozen=True)
class CurrentSubscription:
    """What an account has: its subscription, and others that are paid beside it."""

    state: SubscriptionState
    revision: int
    """0 before the first subscription."""
    further: Sequence[FurtherSubscription]


class SubscriptionService:
    def __init__(
        self,
        session: AsyncSession,
        subscriptions: SubscriptionRepository,
        further: FurtherSubscriptionRepository,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._session = session
        self._subscriptions = subscriptions
        self._further = further
        self._catalogue = catalogue
        self._clock = clock

    async def current(self) -> CurrentSubscription:
        row = await self._subscriptions.current()
        if row is None:
            return CurrentSubscription(NO_SUBSCRIPTION, 0, [])
        if row.event_id is not None:
            # Stripe's webhook made the change: what is read here is what the client's next request depends on
            note_event(self._session, SUBSCRIPTION_CHANGED, row.event_id)
        return CurrentSubscription(SubscriptionState.of(row), row.revision, await self._further.list_all())

    async def begin_operation(self, account_id: UUID, operation_id: UUID) -> None:
        """Reserve the account for one checkout or change, which calls Stripe between its transactions.

        Raises StillChangingError while another one is running.
        """
        await self._subscriptions.ensure(account_id)
        now = self._clock.now()
        if not await self._subscriptions.claim_operation(operation_id, now=now, until=now + _LONGEST_OPERATION):
            raise StillChangingError(
                "Another checkout or change of this account is in progress. Try again in a few seconds.", retry_after=2
            )

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
        caller must request a new one. Raises SubscriptionOfAnotherError and UnknownPriceError.
        """
        owner = await self._subscriptions.account_of_customer(subscription.customer_id)
        if owner not in (None, account_id):
            error = SubscriptionOfAnotherError("Contact support: this subscription belongs to another account.")
            error.add_note(f"{subscription.id} belongs to the customer {subscription.customer_id} of another account")
            raise error
        row = await self._subscriptions.lock_current()
        if row.comparison != comparison:
            return False
        row.comparison += 1
        if event_created is not None:
            row.last_event_created = max(event_created, row.last_event_created or event_created)
        relation = relation_of(subscription, row)
        if relation is Relation.FURTHER:
            await self._keep_further(account_id, subscription, user_id)
        else:
            await self._drop_further(account_id, subscription, user_id)
        if relation is Relation.CURRENT:
            await self._change(row, subscription, user_id)
        return True

    async def successor(self) -> str | None:
        """Return the id at Stripe of a further subscription that may replace one that has ended."""
        row = await self._subscriptions.current()
        if row is None or row.status in ENTITLED_STATUSES:
            return None
        further = await self._further.list_all()
        return further[0].stripe_subscription_id if further else None

    async def _keep_further(self, account_id: UUID, subscription: StripeSubscription, user_id: UUID | None) -> None:
        plan: Plan | None
        try:
            selection = self._catalogue.selection(item.price_id for item in subscription.items)
            plan, posting_addon = selection.plan, selection.posting_addon
        except UnknownPriceError:
            plan, posting_addon = None, False
        is_new = await self._further.save(
            subscription.id,
            account_id=account_id,
            status=subscription.status,
            current_period_end=subscription.current_period_end,
            plan=plan,
            posting_addon=posting_addon,
        )
        if is_new:
            await self._record("FURTHER_SUBSCRIPTION_FOUND", account_id, subscription, user_id)

    async def _drop_further(self, account_id: UUID, subscription: StripeSubscription, user_id: UUID | None) -> None:
        if await self._further.remove(subscription.id):
            await self._record("FURTHER_SUBSCRIPTION_RESOLVED", account_id, subscription, user_id)

    async def _record(
        self, event_type: str, account_id: UUID, subscription: StripeSubscription, user_id: UUID | None
    ) -> None:
        now = self._clock.now()
        entry = further_subscription_audit_entry(account_id, event_type, subscription, user_id, now)
        await outbox.add(self._session, entry)

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
        changed = subscription_changed(row, now)
        row.event_id = changed.id
        await outbox.add(self._session, changed)
        await outbox.add(self._session, subscription_audit_entry(row, before, user_id, now))
