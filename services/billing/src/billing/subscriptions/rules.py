"""The state of an account's subscription, and what an answer from Stripe means for it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import Enum, auto
from typing import Literal, cast, get_args

from pulseworks_contracts import Entitlements, Plan

from billing.clients.stripe.objects import FINAL_STATUSES, StripeSubscription
from billing.models import Subscription
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import ENTITLED_STATUSES, Catalogue, entitlements

Status = Literal[
    "none", "incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"
]
_STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class SubscriptionState:
    """The published state; unchanged state emits nothing."""

    plan: Plan | None
    posting_addon: bool
    status: Status
    current_period_end: datetime | None
    cancel_at_period_end: bool
    cancel_at: datetime | None

    @classmethod
    def of(cls, row: Subscription) -> "SubscriptionState":
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def write_to(self, row: Subscription) -> None:
        for name, value in asdict(self).items():
            setattr(row, name, value)

    @property
    def entitlements(self) -> Entitlements:
        return entitlements(self.plan, self.status, posting_addon=self.posting_addon)


NO_SUBSCRIPTION = SubscriptionState(
    plan=None,
    posting_addon=False,
    status="none",
    current_period_end=None,
    cancel_at_period_end=False,
    cancel_at=None,
)


def state_from_stripe(
    subscription: StripeSubscription, catalogue: Catalogue, previous: SubscriptionState
) -> SubscriptionState:
    """Return the state that Stripe reports.

    With an unknown price, plan and add-on stay as in ``previous``: neither the end of a subscription nor the end of its
    period waits for a setting. Raises UnknownPriceError if the status grants entitlements and there is no plan to keep.
    """
    plan, posting_addon = previous.plan, previous.posting_addon
    try:
        selection = catalogue.selection(item.price_id for item in subscription.items)
        plan, posting_addon = selection.plan, selection.posting_addon
    except UnknownPriceError:
        if subscription.status in ENTITLED_STATUSES and plan is None:
            raise
    if subscription.status not in _STATUSES:
        raise ValueError(f"Stripe's subscription {subscription.id} has the unknown status {subscription.status!r}")
    return SubscriptionState(
        plan=plan,
        posting_addon=posting_addon,
        status=cast("Status", subscription.status),
        current_period_end=subscription.current_period_end,
        cancel_at_period_end=subscription.cancel_at_period_end,
        cancel_at=subscription.cancel_at,
    )


class Relation(Enum):
    """What a subscription at Stripe is to an account."""

    CURRENT = auto()
    """It is the account's subscription, or replaces it."""
    FURTHER = auto()
    """It is paid beside the account's subscription: a person has to decide which one to end."""
    NONE = auto()
    """It changes nothing: it has ended, or is not paid."""


def relation_of(subscription: StripeSubscription, row: Subscription) -> Relation:
    """Return what a subscription that Stripe reports is to the account of ``row``.

    A final status stays final, even if a late answer says otherwise. Another subscription replaces the current one if
    it alone grants entitlements, or if neither does and it is newer.
    """
    if row.stripe_subscription_id is None:
        return Relation.CURRENT
    if row.stripe_subscription_id == subscription.id:
        return Relation.NONE if row.status in FINAL_STATUSES else Relation.CURRENT
    current_entitled, other_entitled = row.status in ENTITLED_STATUSES, subscription.status in ENTITLED_STATUSES
    if current_entitled and other_entitled:
        return Relation.FURTHER
    if current_entitled != other_entitled:
        return Relation.CURRENT if other_entitled else Relation.NONE
    is_newer = row.stripe_created is None or subscription.created > row.stripe_created
    return Relation.CURRENT if is_newer else Relation.NONE
