"""The state of an account's subscription, and whether an answer from Stripe concerns it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal, cast, get_args

from pulseworks_contracts import Entitlements, Plan

from billing.clients.stripe.objects import StripeSubscription
from billing.models import Subscription
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import ENTITLED_STATUSES, FINAL_STATUSES, Catalogue, entitlements
from billing.subscriptions.errors import TwoSubscriptionsError

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

    Unknown prices raise UnknownPriceError if the status grants entitlements. Otherwise plan and add-on stay as in
    ``previous``: the end of a subscription must not wait for a setting.
    """
    plan, posting_addon = previous.plan, previous.posting_addon
    try:
        selection = catalogue.selection(item.price_id for item in subscription.items)
        plan, posting_addon = selection.plan, selection.posting_addon
    except UnknownPriceError:
        if subscription.status in ENTITLED_STATUSES:
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


def concerns(subscription: StripeSubscription, row: Subscription) -> bool:
    """Return whether Stripe's answer changes the account's subscription.

    A final status stays final, even if a late answer says otherwise. Another subscription replaces the current one if
    it alone grants entitlements, or if neither does and it is newer. Raises TwoSubscriptionsError if both do: a person
    has to decide which one to end.
    """
    if row.stripe_subscription_id is None:
        return True
    if row.stripe_subscription_id == subscription.id:
        return row.status not in FINAL_STATUSES
    current_entitled, other_entitled = row.status in ENTITLED_STATUSES, subscription.status in ENTITLED_STATUSES
    if current_entitled and other_entitled:
        raise TwoSubscriptionsError(
            f"{row.stripe_subscription_id} and {subscription.id} are both paid: end one of them in Stripe's dashboard."
        )
    if current_entitled != other_entitled:
        return other_entitled
    return row.stripe_created is None or subscription.created > row.stripe_created
