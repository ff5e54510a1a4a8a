"""What a customer reads is about the customer: no setting, no id of Stripe's, nothing of Python."""

import re
from typing import Any

import pytest
from billing.factory import ProcessContext
from billing.plans.rules import Catalogue

from .conftest import GROWTH, KEY, StripeStandIn, Tenant, Webhooks

INTERNALS = re.compile(
    r"[A-Z]+_[A-Z_]{2,}|\b(sub|cus|cs|price|prod|sk|whsec|evt)_\w+|<\w|0x[0-9a-f]{4}|Error\(|operator|dashboard|Stripe's"
)


def texts(problem: dict[str, Any]) -> str:
    return f"{problem['title']} {problem.get('detail', '')}"


async def test_a_change_of_a_subscription_with_an_unknown_price_names_no_setting(
    tenant: Tenant, webhooks: Webhooks, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    context.catalogue = Catalogue(
        prices={plan: f"price_new_{plan}" for plan in context.catalogue.prices},
        posting_price="price_new_posting",
        amounts=context.catalogue.amounts,
        posting_amount=1,
        currency="NZD",
    )

    answer = await tenant.call("POST", "/change", {"plan": "ESSENTIAL", "posting_addon": False})

    assert (answer.status_code, answer.json()["code"]) == (409, "price_unknown")
    assert INTERNALS.search(texts(answer.json())) is None, answer.text


async def test_a_subscriber_on_a_former_price_can_change_and_gets_a_new_period(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    context.catalogue = Catalogue(
        prices={**context.catalogue.prices, "GROWTH": "price_growth_2027"},
        posting_price=context.catalogue.posting_price,
        amounts=context.catalogue.amounts,
        posting_amount=1,
        currency="NZD",
        former_prices={"price_growth_monthly": "GROWTH"},
    )

    kept = await tenant.call("POST", "/change", {"plan": "GROWTH", "posting_addon": False})
    (subscription,) = await stripe_standin.page("/subscriptions")
    moved = await tenant.call("POST", "/change", {"plan": "ESSENTIAL", "posting_addon": False})

    assert (kept.status_code, kept.json()["plan"], kept.json()["posting_addon"]) == (200, "GROWTH", False)
    assert [item["price"]["id"] for item in subscription["items"]["data"]] == ["price_growth_monthly"]
    assert (moved.status_code, moved.json()["plan"]) == (200, "ESSENTIAL")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"type": "invalid_request_error", "message": "No such price: 'price_growth_monthly'"}),
        (404, {"type": "invalid_request_error", "message": "No such customer: 'cus_123'"}),
        (400, {"type": "idempotency_error", "message": "Keys for idempotent requests … 'checkout-0193'"}),
        (401, {"type": "invalid_request_error", "message": f"Invalid API Key provided: {KEY}"}),
        (403, {"type": "invalid_request_error", "message": "The key 'rk_live_1' lacks rak_customer_write"}),
        (429, {"type": "invalid_request_error", "message": "Too many requests of acct_1"}),
        (500, {"type": "api_error", "message": "<html>Internal"}),
        (400, None),
    ],
)
async def test_what_stripe_says_to_a_developer_never_reaches_a_customer(
    tenant: Tenant, stripe_standin: StripeStandIn, status: int, error: dict[str, str] | None
) -> None:
    answer = {} if error is None else {"answer": {"error": error}}
    await stripe_standin.fault("POST /v1/", "status", times="forever", status=status, **answer)

    refused = await tenant.call("POST", "/checkout", GROWTH)

    assert refused.status_code in {502, 503}
    assert INTERNALS.search(texts(refused.json())) is None, refused.text


@pytest.mark.parametrize(
    "body",
    [
        {"plan": "GROWTH", "posting_addon": 0},
        {"plan": "GROWTH", "posting_addon": 1},
        {"plan": "GROWTH", "posting_addon": "no"},
        {"plan": "GROWTH", "posting_addon": "yes"},
        {"plan": "GROWTH", "posting_addon": "true"},
        {"plan": "GROWTH", "posting_addon": None},
        {"plan": "GROWTH", "posting_addon": True, "coupon": "x"},
        {"plan": 1, "posting_addon": True},
        {"plan": "growth", "posting_addon": True},
    ],
)
@pytest.mark.parametrize("path", ["/change", "/checkout"])
async def test_a_body_of_other_types_is_refused(tenant: Tenant, path: str, body: dict[str, Any]) -> None:
    answer = await tenant.call("POST", path, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("body", [{"return_url": 1}, {"return_url": ["https://app.example"]}, {"url": "x"}])
async def test_the_portal_takes_a_text_as_its_address(tenant: Tenant, body: dict[str, Any]) -> None:
    assert (await tenant.call("POST", "/portal", body)).status_code == 422
