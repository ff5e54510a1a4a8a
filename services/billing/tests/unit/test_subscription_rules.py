from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from billing.clients.stripe.objects import StripeSubscription, SubscriptionItem
from billing.models import Subscription
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import Catalogue
from billing.settings import BillingSettings
from billing.subscriptions.errors import TwoSubscriptionsError
from billing.subscriptions.rules import NO_SUBSCRIPTION, concerns, state_from_stripe
from common.runtime.settings import offline_settings

NOW = datetime(2026, 11, 2, tzinfo=UTC)
catalogue = Catalogue.of(offline_settings(BillingSettings))


def subscription(**changes: Any) -> StripeSubscription:
    fields: dict[str, Any] = {
        "id": "sub_1",
        "customer_id": "cus_1",
        "status": "active",
        "items": (
            SubscriptionItem("si_1", "price_growth_monthly", NOW + timedelta(days=30)),
            SubscriptionItem("si_2", "price_posting_monthly", NOW + timedelta(days=28)),
        ),
        "created": NOW,
        "cancel_at_period_end": False,
        "cancel_at": None,
    }
    return StripeSubscription(**fields | changes)


def row(**changes: Any) -> Subscription:
    return Subscription(**{"stripe_subscription_id": "sub_1", "status": "active", "stripe_created": NOW} | changes)


def test_state_has_plan_addon_and_the_earliest_period_end() -> None:
    state = state_from_stripe(subscription(), catalogue, NO_SUBSCRIPTION)

    assert (state.plan, state.posting_addon, state.status) == ("GROWTH", True, "active")
    assert state.current_period_end == NOW + timedelta(days=28)


@pytest.mark.parametrize("status", ["canceled", "unpaid", "paused", "incomplete", "incomplete_expired"])
def test_an_ended_subscription_may_have_an_unknown_price(status: str) -> None:
    unknown = (SubscriptionItem("si_1", "price_unknown", NOW),)
    previous = state_from_stripe(subscription(), catalogue, NO_SUBSCRIPTION)

    ended = state_from_stripe(subscription(status=status, items=unknown), catalogue, previous)

    assert (ended.status, ended.plan, ended.entitlements.posting) == (status, "GROWTH", False)
    with pytest.raises(UnknownPriceError):
        state_from_stripe(subscription(items=unknown), catalogue, previous)


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="hibernating"):
        state_from_stripe(subscription(status="hibernating"), catalogue, NO_SUBSCRIPTION)


@pytest.mark.parametrize(
    ("current", "reported", "expected"),
    [
        (row(stripe_subscription_id=None, status="none"), subscription(), True),
        (row(), subscription(status="canceled"), True),
        (row(status="canceled"), subscription(), False),
        (row(status="incomplete_expired"), subscription(), False),
        (row(status="unpaid"), subscription(), True),
        # another subscription
        (row(status="canceled"), subscription(id="sub_2"), True),
        (row(status="unpaid"), subscription(id="sub_2", created=NOW - timedelta(days=1)), True),
        (row(), subscription(id="sub_2", status="canceled", created=NOW + timedelta(days=1)), False),
        (row(status="canceled"), subscription(id="sub_2", status="canceled", created=NOW + timedelta(days=1)), True),
        (row(status="canceled"), subscription(id="sub_2", status="canceled", created=NOW - timedelta(days=1)), False),
    ],
)
def test_which_subscription_replaces_the_current_one(
    current: Subscription, reported: StripeSubscription, *, expected: bool
) -> None:
    assert concerns(reported, current) is expected


def test_two_paid_subscriptions_are_an_error() -> None:
    with pytest.raises(TwoSubscriptionsError, match="sub_1 and sub_2"):
        concerns(subscription(id="sub_2"), row(status="past_due"))
