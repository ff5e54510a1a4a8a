"""Changing plan or add-on: short transactions around calls to Stripe.

Stripe's portal can't change a subscription with several products (plan and add-on), so this service does.
"""

from dataclasses import dataclass
from uuid import UUID

from common.auth import Principal
from common.ids import derived_id, new_id

from billing.changes.service import require_changeable
from billing.factory import ProcessContext
from billing.idempotency.workflow import idempotency_key
from billing.models import ChangeStatus
from billing.plans.rules import ENTITLED_STATUSES, PlanSelection
from billing.subscriptions.service import CurrentSubscription
from billing.subscriptions.workflow import SubscriptionReconciler, one_operation


@dataclass(frozen=True)
class PlanChangeResult:
    subscription: CurrentSubscription
    replayed: bool
    """An earlier request with the same key made the change."""


class PlanChangeWorkflow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._reconciler = SubscriptionReconciler(context, context.stripe)

    async def change(self, principal: Principal, target: PlanSelection, key: str | None) -> PlanChangeResult:
        """Change the subscription to ``target`` at Stripe and here, and return its state afterwards.

        Raises what `PlanChangeService.begin` and `SubscriptionReconciler.reconcile` raise.
        """
        account_id = principal.account_id
        change_id = new_id() if key is None else derived_id("plan_change", account_id, principal.user_id, key)
        async with one_operation(self._context, account_id, change_id):
            return await self._change(principal, target, change_id)

    async def _change(self, principal: Principal, target: PlanSelection, change_id: UUID) -> PlanChangeResult:
        context, account_id = self._context, principal.account_id
        async with context.transaction(account_id) as factory:
            change, subscription_id = await factory.plan_changes().begin(
                change_id, account_id, principal.user_id, target
            )
        replayed = change.status == ChangeStatus.DONE
        if not replayed:
            subscription = await context.stripe.subscription(subscription_id)
            if subscription.status in ENTITLED_STATUSES:
                items = context.catalogue.item_changes(subscription.items, target)
                if items:
                    async with idempotency_key(context, change) as stripe_key:
                        await context.stripe.change_items(subscription.id, items, key=stripe_key)
            await self._reconciler.reconcile(account_id, subscription.id, user_id=principal.user_id)
            require_changeable(subscription.status)
        async with context.transaction(account_id) as factory:
            await factory.plan_change_repository().mark_done(change_id)
            current = await factory.subscriptions().current()
        return PlanChangeResult(current, replayed=replayed)
