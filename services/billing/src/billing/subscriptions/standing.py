"""What an account's subscription is, and which of two it is. No I/O."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, cast, get_args

from pulseworks_contracts import Entitlements, Plan, SubscriptionChangedData

from billing.clients.stripe import StripeSubscription
from billing.models import Subscription
from billing.plans.catalogue import Catalogue, UnknownPriceError
from billing.plans.entitlements import ENDED, IN_GOOD_STANDING, entitlements
from billing.subscriptions.errors import TwoSubscriptionsError

Status = Literal[
    "none", "incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"
]
_STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class Standing:
    """All of a subscription that anybody is told. Two that are equal make no event."""

    plan: Plan | None
    posting_addon: bool
    status: Status
    current_period_end: datetime | None
    cancel_at_period_end: bool
    cancel_at: datetime | None

    @classmethod
    def held(cls, row: Subscription) -> "Standing":
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def write(self, row: Subscription) -> None:
        for name, value in asdict(self).items():
            setattr(row, name, value)

    @property
    def entitlements(self) -> Entitlements:
        return entitlements(self.plan, self.status, posting_addon=self.posting_addon)

    def data(self, revision: int) -> SubscriptionChangedData:
        return SubscriptionChangedData(
            revision=revision,
            plan=self.plan,
            posting_addon=self.posting_addon,
            status=self.status,
            current_period_end=self.current_period_end,
            entitlements=self.entitlements,
        )

    def facts(self) -> dict[str, Any]:
        """Return what the audit log shows."""
        facts = asdict(self) | {"posting": self.entitlements.posting}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}


NONE = Standing(
    plan=None,
    posting_addon=False,
    status="none",
    current_period_end=None,
    cancel_at_period_end=False,
    cancel_at=None,
)


def standing_of(answer: StripeSubscription, catalogue: Catalogue, held: Standing) -> Standing:
    """Return what Stripe's answer means.

    Raises UnknownPriceError for prices that are not configured, unless the subscription gives no rights anyway: that
    one has ended must never wait for a setting.
    """
    plan, posting_addon = held.plan, held.posting_addon
    try:
        bought = catalogue.bought(item.price_id for item in answer.items)
        plan, posting_addon = bought.plan, bought.posting_addon
    except UnknownPriceError:
        if answer.status in IN_GOOD_STANDING:
            raise
    if answer.status not in _STATUSES:
        raise ValueError(f"Stripe's subscription {answer.id} has the status {answer.status!r}, which is not known here")
    return Standing(
        plan=plan,
        posting_addon=posting_addon,
        status=cast("Status", answer.status),
        current_period_end=answer.current_period_end,
        cancel_at_period_end=answer.cancel_at_period_end,
        cancel_at=answer.cancel_at,
    )


def counts(row: Subscription, answer: StripeSubscription) -> bool:
    """Tell whether Stripe's answer is about the account's subscription.

    An ended one stays ended, whatever an answer says that was late. Another subscription takes its place when it is
    the better one (it gives rights and the held one does not) or the newer one of two alike. Raises
    TwoSubscriptionsError when both give rights: which one to end is a person's decision.
    """
    if row.stripe_subscription_id is None:
        return True
    if row.stripe_subscription_id == answer.id:
        return row.status not in ENDED
    held, given = row.status in IN_GOOD_STANDING, answer.status in IN_GOOD_STANDING
    if held and given:
        raise TwoSubscriptionsError(
            f"{row.stripe_subscription_id} and {answer.id} are both paid for: end one of them in Stripe's dashboard"
        )
    if held != given:
        return given
    return row.stripe_created is None or answer.created > row.stripe_created
