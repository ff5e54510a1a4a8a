"""What is sold, and which price at Stripe stands for what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from common.errors import ConflictError
from pulseworks_contracts import Plan

from billing.clients.stripe import ItemChange, SubscriptionItem
from billing.settings import BillingSettings

PLANS: tuple[Plan, ...] = get_args(Plan)
POSTS_PER_MONTH: Mapping[Plan, int] = {"ESSENTIAL": 8, "GROWTH": 12, "AUTHORITY": 20}


class UnknownPriceError(ConflictError):
    """A subscription holds something that the configured price ids do not explain."""

    code = "price_unknown"
    title = "The subscription holds something that is not sold here"


@dataclass(frozen=True)
class Bought:
    plan: Plan
    posting_addon: bool

    @classmethod
    def of(cls, plan: str, *, posting_addon: bool) -> "Bought":
        """Return it for a plan's name as a row holds it. Raises KeyError for a name that is no plan's."""
        return cls({str(known): known for known in PLANS}[plan], posting_addon)


@dataclass(frozen=True)
class Catalogue:
    """Price ids and what they cost a month, `amounts` and `posting_amount` in minor units of `currency` (ISO 4217)."""

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

    def price_ids(self, bought: Bought) -> list[str]:
        """Return the prices of a plan and of the add-on if it is wanted."""
        return [self.prices[bought.plan], *([self.posting_price] if bought.posting_addon else [])]

    def bought(self, price_ids: Iterable[str]) -> Bought:
        """Tell what a subscription with these prices includes.

        Raises UnknownPriceError for a price that is not configured here, and when there is not exactly one plan.
        """
        given = list(price_ids)
        by_price = {price: plan for plan, price in self.prices.items()}
        unknown = sorted(price for price in given if price not in by_price and price != self.posting_price)
        if unknown:
            raise UnknownPriceError(
                f"the price {', '.join(unknown)} is none of the configured ones: set PRICE_ESSENTIAL, PRICE_GROWTH, "
                "PRICE_AUTHORITY and PRICE_POSTING to the prices that are sold at Stripe"
            )
        plans = [by_price[price] for price in given if price in by_price]
        if len(plans) != 1:
            raise UnknownPriceError(
                f"a subscription has exactly one plan, this one has {len(plans)}: mend it in Stripe's dashboard"
            )
        return Bought(plans[0], self.posting_price in given)

    def changes(self, items: Sequence[SubscriptionItem], wanted: Bought) -> list[ItemChange]:
        """Return the `items` of an update that turns a subscription into ``wanted``; none when it is that already.

        Raises UnknownPriceError as `bought` does.
        """
        self.bought(item.price_id for item in items)
        plan = next(item for item in items if item.price_id != self.posting_price)
        addon = next((item for item in items if item.price_id == self.posting_price), None)
        changes: list[ItemChange] = []
        if plan.price_id != self.prices[wanted.plan]:
            changes.append({"id": plan.id, "price": self.prices[wanted.plan]})
        if wanted.posting_addon and addon is None:
            changes.append({"price": self.posting_price, "quantity": 1})
        if not wanted.posting_addon and addon is not None:
            changes.append({"id": addon.id, "deleted": True})
        return changes
