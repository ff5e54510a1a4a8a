from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from billing.clients.stripe import StripeSubscription, SubscriptionItem
from billing.models import Subscription
from billing.plans.catalogue import Catalogue, UnknownPriceError
from billing.settings import BillingSettings
from billing.subscriptions.errors import TwoSubscriptionsError
from billing.subscriptions.standing import NONE, Standing, counts, standing_of
from billing.webhooks.processing import pause
from billing.webhooks.subject import Subject, subject_of
from common.ids import new_id
from common.runtime.settings import offline_settings

NOW = datetime(2026, 11, 2, tzinfo=UTC)
catalogue = Catalogue.of(offline_settings(BillingSettings))


def answer(**changes: Any) -> StripeSubscription:
    given: dict[str, Any] = {
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
    return StripeSubscription(**given | changes)


def row(**changes: Any) -> Subscription:
    return Subscription(**{"stripe_subscription_id": "sub_1", "status": "active", "stripe_created": NOW} | changes)


def test_an_answer_says_plan_addon_and_the_earliest_end() -> None:
    standing = standing_of(answer(), catalogue, NONE)

    assert (standing.plan, standing.posting_addon, standing.status) == ("GROWTH", True, "active")
    assert standing.current_period_end == NOW + timedelta(days=28)


@pytest.mark.parametrize("status", ["canceled", "unpaid", "paused", "incomplete", "incomplete_expired"])
def test_an_end_never_waits_for_a_price(status: str) -> None:
    unknown = (SubscriptionItem("si_1", "price_unknown", NOW),)
    held = Standing("GROWTH", posting_addon=True, status="active", current_period_end=NOW, cancel_at_period_end=False,
                    cancel_at=None)  # fmt: skip

    ended = standing_of(answer(status=status, items=unknown), catalogue, held)

    assert (ended.status, ended.plan, ended.entitlements.posting) == (status, "GROWTH", False)
    with pytest.raises(UnknownPriceError):
        standing_of(answer(items=unknown), catalogue, held)


def test_a_status_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="hibernating"):
        standing_of(answer(status="hibernating"), catalogue, NONE)


@pytest.mark.parametrize(
    ("held", "given", "expected"),
    [
        (row(stripe_subscription_id=None, status="none"), answer(), True),
        (row(), answer(status="canceled"), True),
        (row(status="canceled"), answer(), False),
        (row(status="incomplete_expired"), answer(), False),
        (row(status="unpaid"), answer(), True),
        # another subscription
        (row(status="canceled"), answer(id="sub_2"), True),
        (row(status="unpaid"), answer(id="sub_2", created=NOW - timedelta(days=1)), True),
        (row(), answer(id="sub_2", status="canceled", created=NOW + timedelta(days=1)), False),
        (row(status="canceled"), answer(id="sub_2", status="canceled", created=NOW + timedelta(days=1)), True),
        (row(status="canceled"), answer(id="sub_2", status="canceled", created=NOW - timedelta(days=1)), False),
    ],
)
def test_which_of_two_counts(held: Subscription, given: StripeSubscription, *, expected: bool) -> None:
    assert counts(held, given) is expected


def test_two_that_are_both_paid_are_a_persons_decision() -> None:
    with pytest.raises(TwoSubscriptionsError, match="sub_1 and sub_2"):
        counts(row(status="past_due"), answer(id="sub_2"))


CHECKOUT = new_id()


@pytest.mark.parametrize(
    ("kind", "item", "subject"),
    [
        (
            "checkout.session.completed",
            {"id": "cs_1", "customer": "cus_1", "subscription": "sub_1", "client_reference_id": str(CHECKOUT)},
            Subject("cus_1", "sub_1", "cs_1", CHECKOUT),
        ),
        (
            "checkout.session.expired",
            {"id": "cs_1", "customer": {"id": "cus_1"}, "subscription": None, "client_reference_id": "order 7"},
            Subject("cus_1", None, "cs_1", None),
        ),
        (
            "customer.subscription.updated",
            {"id": "sub_1", "customer": "cus_1", "metadata": {"checkout_id": str(CHECKOUT)}},
            Subject("cus_1", "sub_1", None, CHECKOUT),
        ),
        ("customer.subscription.deleted", {"id": "sub_1", "customer": "cus_1"}, Subject("cus_1", "sub_1")),
        (
            "invoice.paid",
            {"id": "in_1", "customer": "cus_1", "parent": {"subscription_details": {"subscription": "sub_1"}}},
            Subject("cus_1", "sub_1"),
        ),
        ("invoice.paid", {"id": "in_1", "customer": "cus_1", "subscription": "sub_1"}, Subject("cus_1", "sub_1")),
        ("invoice.paid", {"id": "in_1", "customer": "cus_1", "parent": None}, Subject("cus_1", None)),
        ("invoice.paid", {"customer": 7, "subscription": []}, Subject(None, None)),
    ],
)
def test_whom_an_event_is_about(kind: str, item: dict[str, Any], subject: Subject) -> None:
    assert subject_of(kind, item) == subject


def test_failures_wait_longer_and_longer_and_never_for_ever() -> None:
    pauses = [pause(attempts) for attempts in range(1, 1000)]

    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=6)
