"""Changing plan or add-on: short transactions around calls to Stripe.

Stripe's portal can't change a subscription of several products, which plan and add-on are, so we do it ourselves.
"""

from dataclasses import dataclass

from common.auth import Principal
from common.ids import derived_id, new_id

from billing.changes.service import require_changeable
from billing.factory import ProcessContext
from billing.plans.catalogue import Bought
from billing.plans.entitlements import IN_GOOD_STANDING
from billing.stripe_keys import idempotency_key
from billing.subscriptions.comparison import Comparison
from billing.subscriptions.standing import Standing


@dataclass(frozen=True)
class Changed:
    standing: Standing
    revision: int
    replayed: bool
    """The caller's key had done it before."""


class PlanChangeFlow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._comparison = Comparison(context, context.stripe)

    async def change(self, principal: Principal, wanted: Bought, key: str | None) -> Changed:
        """Make the subscription ``wanted`` at Stripe and here, and return what it is then.

        Raises what `PlanChangeService.begin` and `Comparison.compare` raise.
        """
        context, account_id = self._context, principal.account_id
        change_id = new_id() if key is None else derived_id("plan_change", account_id, principal.user_id, key)
        async with context.transaction(account_id) as factory:
            begun = await factory.plan_changes().begin(change_id, account_id, principal.user_id, wanted)
        if not begun.done:
            answer = await context.stripe.subscription(begun.subscription_id)
            if answer.status in IN_GOOD_STANDING:
                items = context.catalogue.changes(answer.items, wanted)
                if items:
                    async with idempotency_key(context.database, begun.change) as stripe_key:
                        await context.stripe.change_items(answer.id, items, key=stripe_key)
            await self._comparison.compare(account_id, answer.id, user_id=principal.user_id)
            require_changeable(answer.status)
        async with context.transaction(account_id) as factory:
            await factory.plan_change_repository().done(change_id)
            standing, revision = await factory.subscriptions().current()
        return Changed(standing, revision, replayed=begun.done)
