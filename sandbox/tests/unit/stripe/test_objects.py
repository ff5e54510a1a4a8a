"""Our objects compared with the SDK's classes, which are generated from Stripe's OpenAPI document."""

import types
from datetime import UTC, datetime
from typing import Any, Union, get_args, get_origin

import pytest
import stripe
from sandbox.stripe import objects
from sandbox.stripe.catalogue import OFFERS, plan, price, product
from sandbox.stripe.subscriptions import a_month_after

_ITEM = objects.subscription_item("si_1", "sub_1", OFFERS[0], 1, (0, 1), 0)
_SUBSCRIPTION = objects.subscription("sub_1", "cus_1", 0)
MADE: list[tuple[Any, dict[str, Any]]] = [
    (stripe.Customer, objects.customer("cus_12345678", 0)),
    (stripe.Subscription, _SUBSCRIPTION),
    (stripe.SubscriptionItem, _ITEM),
    (stripe.checkout.Session, objects.checkout_session("cs_1", 100, 0)),
    (stripe.LineItem, objects.checkout_line("li_1", OFFERS[0], 1)),
    (stripe.Invoice, objects.invoice("in_1", "1", _SUBSCRIPTION, 0)),
    (stripe.InvoiceLineItem, objects.invoice_line("il_1", "in_1", _ITEM, 1, "x", proration=False)),
    (stripe.Event, objects.event("evt_1", "invoice.paid", {"object": {}}, 0, {}, 0)),
    (stripe.Price, price(OFFERS[0])),
    (stripe.Plan, plan(OFFERS[0])),
    (stripe.Product, product(OFFERS[0])),
    (stripe.WebhookEndpoint, objects.webhook_endpoint("we_1", "http://x", 0)),
    (stripe.billing_portal.Session, objects.portal_session("bps_1", "cus_1", "http://x", 0)),
]


def is_optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


@pytest.mark.parametrize(("model", "made"), MADE, ids=lambda value: getattr(value, "__name__", ""))
def test_an_object_has_every_required_field_and_no_unknown_ones(model: Any, made: dict[str, Any]) -> None:
    annotations = model.__annotations__
    known = set(annotations) - {"OBJECT_NAME"}
    assert made.keys() <= known
    required = {name for name in known if not is_optional(annotations[name])}
    assert required <= made.keys()


def test_the_particularities_of_this_version() -> None:
    assert "current_period_end" not in _SUBSCRIPTION
    assert _ITEM["current_period_end"] == 1
    invoice = objects.invoice("in_1", "1", _SUBSCRIPTION, 0)
    assert not {"subscription", "paid", "charge"} & invoice.keys()
    assert invoice["parent"]["subscription_details"]["subscription"] == "sub_1"


def test_the_older_version_has_the_older_format() -> None:
    subscription = _SUBSCRIPTION | {"items": objects.list_of([_ITEM], "/")}
    assert objects.as_of_older_version(subscription)["current_period_end"] == 1
    older = objects.as_of_older_version(objects.invoice("in_1", "1", _SUBSCRIPTION, 0))
    assert (older["subscription"], older["paid"], "parent" in older) == ("sub_1", False, False)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-31T10:00:00", "2026-02-28T10:00:00"),
        ("2026-02-28T10:00:00", "2026-03-31T10:00:00"),
        ("2026-12-05T00:00:00", "2027-01-05T00:00:00"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(start: str, end: str) -> None:
    def seconds(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())

    anchor = seconds("2026-01-31T10:00:00") if start[5:7] != "12" else seconds(start)
    assert a_month_after(seconds(start), anchor) == seconds(end)
