from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from billing.clients.stripe.objects import StripeSubscription, SubscriptionItem
from billing.models import Subscription
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import Catalogue
from billing.settings import BillingSettings
from billing.subscriptions.rules import NO_SUBSCRIPTION, Relation, relation_of, state_from_stripe
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
        state_from_stripe(subscription(items=unknown), catalogue, NO_SUBSCRIPTION)


def test_with_a_price_that_became_unknown_the_plan_stays_and_the_period_goes_on() -> None:
    before = state_from_stripe(subscription(), catalogue, NO_SUBSCRIPTION)
    unknown = (SubscriptionItem("si_1", "price_unknown", NOW + timedelta(days=60)),)

    after = state_from_stripe(subscription(items=unknown), catalogue, before)

    assert (after.plan, after.posting_addon) == ("GROWTH", True)
    assert after.current_period_end == NOW + timedelta(days=60)


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="hibernating"):
        state_from_stripe(subscription(status="hibernating"), catalogue, NO_SUBSCRIPTION)


@pytest.mark.parametrize(
    ("current", "reported", "expected"),
    [
        (row(stripe_subscription_id=None, status="none"), subscription(), Relation.CURRENT),
        (row(), subscription(status="canceled"), Relation.CURRENT),
        (row(status="canceled"), subscription(), Relation.NONE),
        (row(status="incomplete_expired"), subscription(), Relation.NONE),
        (row(status="unpaid"), subscription(), Relation.CURRENT),
        # another subscription
        (row(status="canceled"), subscription(id="sub_2"), Relation.CURRENT),
        (row(status="unpaid"), subscription(id="sub_2", created=NOW - timedelta(days=1)), Relation.CURRENT),
        (row(), subscription(id="sub_2", status="canceled", created=NOW + timedelta(days=1)), Relation.NONE),
        (
            row(status="canceled"),
            subscription(id="sub_2", status="canceled", created=NOW + timedelta(days=1)),
            Relation.CURRENT,
        ),
        (
            row(status="canceled"),
            subscription(id="sub_2", status="canceled", created=NOW - timedelta(days=1)),
            Relation.NONE,
        ),
        (row(status="past_due"), subscription(id="sub_2"), Relation.FURTHER),
        (row(), subscription(id="sub_2", status="trialing"), Relation.FURTHER),
    ],
)
def test_which_subscription_replaces_the_current_one(
    current: Subscription, reported: StripeSubscription, expected: Relation
) -> None:
    assert relation_of(reported, current) is expected
