from pulseworks_contracts import Entitlements, Plan

from billing.plans.catalogue import POSTS_PER_MONTH

IN_GOOD_STANDING = frozenset({"trialing", "active", "past_due"})
"""`past_due` is here: Stripe still tries to collect, for days, and a card that expired must not stop a business's
posts at once. When Stripe gives up it says `unpaid` or `canceled`, and they stop."""

ENDED = frozenset({"canceled", "incomplete_expired"})
"""Nothing at Stripe brings such a subscription back; only another one can follow."""

NOTHING = Entitlements(generation=False, posting=False, posts_per_month=0)


def entitlements(plan: Plan | None, status: str, *, posting_addon: bool) -> Entitlements:
    if plan is None or status not in IN_GOOD_STANDING:
        return NOTHING
    return Entitlements(generation=True, posting=posting_addon, posts_per_month=POSTS_PER_MONTH[plan])
