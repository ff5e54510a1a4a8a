"""The plans on sale: what each includes, and which price at Stripe belongs to which plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from pulseworks_contracts import Entitlements, Plan

from billing.clients.stripe.client import ItemChange
from billing.clients.stripe.objects import SubscriptionItem
from billing.plans.errors import UnknownPriceError
from billing.settings import BillingSettings, listed

PLANS: tuple[Plan, ...] = get_args(Plan)
POSTS_PER_MONTH: Mapping[Plan, int] = {"ESSENTIAL": 8, "GROWTH": 12, "AUTHORITY": 20}

ENTITLED_STATUSES = frozenset({"trialing", "active", "past_due"})
"""Stripe's statuses that grant entitlements. `past_due` is one of them: Stripe retries the payment for days, and an
expired card must not stop a business's posts at once. When Stripe gives up, the status becomes `unpaid` or `canceled`.
"""

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
    """Price ids at Stripe and monthly amounts, in minor units of `currency` (ISO 4217).

    ``prices`` and ``posting_price`` are sold now. Subscriptions may still have former ones.
    """

    prices: Mapping[Plan, str]
    posting_price: str
    amounts: Mapping[Plan, int]
    posting_amount: int
    currency: str
    former_prices: Mapping[str, Plan] = field(default_factory=dict)
    """By price id."""
    former_posting_prices: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: BillingSettings) -> "Catalogue":
        former: dict[Plan, str] = {
            "ESSENTIAL": settings.former_prices_essential,
            "GROWTH": settings.former_prices_growth,
            "AUTHORITY": settings.former_prices_authority,
        }
        return cls(
            prices={
                "ESSENTIAL": settings.price_essential,
                "GROWTH": settings.price_growth,
                "AUTHORITY": settings.price_authority,
            },
            posting_price=settings.price_posting,
            former_prices={price: plan for plan, prices in former.items() for price in listed(prices)},
            former_posting_prices=frozenset(listed(settings.former_prices_posting)),
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
        unknown = sorted(price for price in given if self._plan_of(price) is None and not self._is_posting(price))
        if unknown:
            raise UnknownPriceError(
                f"the price {', '.join(unknown)} is not configured: set the PRICE_ variables to the prices that are "
                "sold at Stripe, and the FORMER_PRICES_ variables to those that subscriptions still have"
            )
        plans = [plan for plan in map(self._plan_of, given) if plan is not None]
        if len(plans) != 1:
            raise UnknownPriceError(
                f"a subscription must have exactly one plan, this one has {len(plans)}: fix it in Stripe's dashboard"
            )
        return PlanSelection(plans[0], any(map(self._is_posting, given)))

    def item_changes(self, items: Sequence[SubscriptionItem], target: PlanSelection) -> list[ItemChange]:
        """Return the `items` of an update that turns a subscription into ``target``; empty if it is that already.

        What stays keeps its price, also a former one. Raises UnknownPriceError as `selection` does.
        """
        self.selection(item.price_id for item in items)
        plan = next(item for item in items if not self._is_posting(item.price_id))
        addons = [item for item in items if self._is_posting(item.price_id)]
        changes: list[ItemChange] = []
        if self._plan_of(plan.price_id) != target.plan:
            changes.append({"id": plan.id, "price": self.prices[target.plan]})
        if target.posting_addon and not addons:
            changes.append({"price": self.posting_price, "quantity": 1})
        if not target.posting_addon:
            changes += [{"id": addon.id, "deleted": True} for addon in addons]
        return changes

    def _plan_of(self, price_id: str) -> Plan | None:
        current = {price: plan for plan, price in self.prices.items()}
        return current.get(price_id) or self.former_prices.get(price_id)

    def _is_posting(self, price_id: str) -> bool:
        return price_id == self.posting_price or price_id in self.former_posting_prices
