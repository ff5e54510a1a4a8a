from datetime import timedelta
from typing import Any

import pytest
from billing.clients.stripe.events import EventSubject, subject_of
from billing.webhooks.rules import retry_delay
from common.ids import new_id

CHECKOUT = new_id()


@pytest.mark.parametrize(
    ("event_type", "item", "subject"),
    [
        (
            "checkout.session.completed",
            {"id": "cs_1", "customer": "cus_1", "subscription": "sub_1", "client_reference_id": str(CHECKOUT)},
            EventSubject("cus_1", "sub_1", "cs_1", CHECKOUT),
        ),
        (
            "checkout.session.expired",
            {"id": "cs_1", "customer": {"id": "cus_1"}, "subscription": None, "client_reference_id": "order 7"},
            EventSubject("cus_1", None, "cs_1", None),
        ),
        (
            "customer.subscription.updated",
            {"id": "sub_1", "customer": "cus_1", "metadata": {"checkout_id": str(CHECKOUT)}},
            EventSubject("cus_1", "sub_1", None, CHECKOUT),
        ),
        ("customer.subscription.deleted", {"id": "sub_1", "customer": "cus_1"}, EventSubject("cus_1", "sub_1")),
        (
            "invoice.paid",
            {"id": "in_1", "customer": "cus_1", "parent": {"subscription_details": {"subscription": "sub_1"}}},
            EventSubject("cus_1", "sub_1"),
        ),
        ("invoice.paid", {"id": "in_1", "customer": "cus_1", "subscription": "sub_1"}, EventSubject("cus_1", "sub_1")),
        ("invoice.paid", {"id": "in_1", "customer": "cus_1", "parent": None}, EventSubject("cus_1", None)),
        ("invoice.paid", {"customer": 7, "subscription": []}, EventSubject(None, None)),
    ],
)
def test_an_event_refers_to_these_objects(event_type: str, item: dict[str, Any], subject: EventSubject) -> None:
    assert subject_of(event_type, item) == subject


def test_retry_delays_grow_up_to_six_hours() -> None:
    delays = [retry_delay(attempts) for attempts in range(1, 1000)]

    assert delays[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(hours=6)
