"""Ending a subscription that the account pays for beside its own."""

from uuid import UUID

from common.auth import Principal

from billing.cancellations.errors import FurtherSubscriptionNotFoundError
from billing.clients.stripe.errors import StripeRefusedError
from billing.factory import ProcessContext
from billing.idempotency.workflow import idempotency_key
from billing.models import FurtherSubscription
from billing.subscriptions.service import CurrentSubscription
from billing.subscriptions.workflow import SubscriptionReconciler


async def cancel_further_subscription(
    context: ProcessContext, principal: Principal, further_id: UUID
) -> CurrentSubscription:
    """End a further subscription at once and credit what was paid for the rest of its period.

    Raises FurtherSubscriptionNotFoundError, StripeCallError and what `SubscriptionReconciler.reconcile` raises.
    """
    account_id = principal.account_id
    async with context.transaction(account_id) as factory:
        further = await factory.further_subscriptions().get(further_id)
    if further is None:
        raise FurtherSubscriptionNotFoundError(
            "It has ended, or has become the account's subscription. See GET /api/billing/subscription."
        )
    await _cancel(context, further)
    # fetched again, because it may have become the account's own subscription meanwhile
    await SubscriptionReconciler(context, context.stripe).reconcile(
        account_id, further.stripe_subscription_id, user_id=principal.user_id
    )
    async with context.transaction(account_id) as factory:
        return await factory.subscriptions().current()


async def _cancel(context: ProcessContext, further: FurtherSubscription) -> None:
    try:
        async with idempotency_key(context, further) as key:
            await context.stripe.cancel_subscription(further.stripe_subscription_id, key=key)
    except StripeRefusedError:
        # one that has ended can't be cancelled, and that is what was asked for
        subscription = await context.stripe.subscription(further.stripe_subscription_id)
        if not subscription.has_ended:
            raise
