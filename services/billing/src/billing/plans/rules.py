"""The plans on sale: what each includes, and which price at Stripe belongs to which plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from pulseworks_contracts import Entitlements, Plan

from billing.clients.stripe.client import ItemChange
from billing.clients.stripe.objects import SubscriptionItem
from billing.plans.errors import UnknownPriceError
from billing.settings import BillingSettings

PLANS: tuple[Plan, ...] = get_args(Plan)
POSTS_PER_MONTH: Mapping[Plan, int] = {"ESSENTIAL": 8, "GROWTH": 12, "AUTHORITY": 20}

ENTITLED_STATUSES = frozenset({"trialing", "active", "past_due"})
"""Stripe's statuses that grant entitlements. `past_due` is one of them: Stripe retries the payment for days, and an
expired card must not stop a business's posts at once. When Stripe gives up, the status becomes `unpaid` or `canceled`.
"""

FINAL_STATUSES = frozenset({"canceled", "incomplete_expired"})
"""A subscription never leaves these statuses at Stripe; only a new subscription can follow."""

NO_ENTITLEMENTS = Entitlements(generation=False, posting=False, posts_per_month=0)


def entitlements(plan: Plan | None, status: str, *, posting_addon: bool) -> Entitlements:
    if plan is None or status not in ENTITLED_STATUSES:
        return NO_ENTITLEMENTS
    return Entitlements(generation=True, posting=posting_addon, posts_per_month=POSTS_PER_MONTH[plan])


@dataclass(frozen=True)
class PlanSelection:
    """A plan, with or without the posting add-on."""

    plan: Plan
    posting_addon: bool

    @classmethod
    def of(cls, plan: str, *, posting_addon: bool) -> "PlanSelection":
        """Return the selection for the name of a plan in a database row. Raises KeyError for any other name."""
        return cls({str(known): known for known in PLANS}[plan], posting_addon)


@dataclass(frozen=True)
class Catalogue:
    """Price ids at Stripe and monthly amounts, in minor units of `currency` (ISO 4217)."""

    prices: Mapping[Plan, str]
    posting_price: str
    amounts: Mapping[Plan, int]
    posting_amount: int
    currency: str

    @classmethod
    def of(cls, settings: BillingSettings) -> "Catalogue":
        return cls(
            prices={
                "ESSENTIAL": settings.price_essential,
                "GROWTH": settings.price_growth,
                "AUTHORITY": settings.price_authority,
            },
            posting_price=settings.price_posting,
            amounts={
                "ESSENTIAL": settings.amount_essential,
                "GROWTH": settings.amount_growth,
                "AUTHORITY": settings.amount_authority,
            },
            posting_amount=settings.amount_posting,
            currency=settings.billing_currency,
        )

    def price_ids(self, selection: PlanSelection) -> list[str]:
        """Return the price of the plan and, if selected, of the add-on."""
        return [self.prices[selection.plan], *([self.posting_price] if selection.posting_addon else [])]

    def selection(self, price_ids: Iterable[str]) -> PlanSelection:
        """Return the plan and add-on of a subscription with these prices.

        Raises UnknownPriceError for a price that is not configured, and unless there is exactly one plan.
        """
        given = list(price_ids)
        by_price = {price: plan for plan, price in self.prices.items()}
        unknown = sorted(price for price in given if price not in by_price and price != self.posting_price)
        if unknown:
            raise UnknownPriceError(
                f"The price {', '.join(unknown)} is not configured: set PRICE_ESSENTIAL, PRICE_GROWTH, "
                "PRICE_AUTHORITY and PRICE_POSTING to the prices that are sold at Stripe."
            )
        plans = [by_price[price] for price in given if price in by_price]
        if len(plans) != 1:
            raise UnknownPriceError(
                f"A subscription must have exactly one plan, this one has {len(plans)}: fix it in Stripe's dashboard."
            )
        return PlanSelection(plans[0], self.posting_price in given)

    def item_changes(self, items: Sequence[SubscriptionItem], target: PlanSelection) -> list[ItemChange]:
        """Return the `items` of an update that turns a subscription into ``target``; empty if it is that already.

        Raises UnknownPriceError as `selection` does.
        """
        self.selection(item.price_id for item in items)
        plan = next(item for item in items if item.price_id != self.posting_price)
        addon = next((item for item in items if item.price_id == self.posting_price), None)
        changes: list[ItemChange] = []
        if plan.price_id != self.prices[target.plan]:
            changes.append({"id": plan.id, "price": self.prices[target.plan]})
        if target.posting_addon and addon is None:
            changes.append({"price": self.posting_price, "quantity": 1})
        if not target.posting_addon and addon is not None:
            changes.append({"id": addon.id, "deleted": True})
        return changes
