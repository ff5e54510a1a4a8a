from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import stripe
from sandbox.standin import Serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

Client = stripe.StripeClient
Browser = httpx2.AsyncClient
Make = Callable[..., Any]


async def test_a_wrong_key_and_a_missing_key_are_refused(standin: Serving, browser: Browser, sdk: Make) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        await sdk(standin.url, "sk_test_somebody_else_1234").v1.prices.list_async()
    assert "somebody" not in str(refused.value)
    assert (await browser.get("/v1/prices")).status_code == 401


async def test_an_unknown_address_and_an_unknown_version(standin: Serving, browser: Browser) -> None:
    browser.headers["authorization"] = "Bearer sk_test_sandbox"
    unknown = await browser.get("/v1/unicorns")
    assert (unknown.status_code, unknown.json()["error"]["type"]) == (404, "invalid_request_error")
    older = await browser.get("/v1/prices", headers={"stripe-version": "2020-08-27"})
    assert older.status_code == 400
    wrong_type = await browser.post("/v1/customers", json={"email": "a@b.example"})
    assert "application/x-www-form-urlencoded" in wrong_type.json()["error"]["message"]


async def test_the_price_list(client: Client) -> None:
    prices = await client.v1.prices.list_async(
        {"lookup_keys": ["growth_monthly", "posting_monthly"], "expand": ["data.product"]}
    )
    assert {price.id: price.unit_amount for price in prices.data} == {
        "price_growth_monthly": 8_900,
        "price_posting_monthly": 3_900,
    }
    product = prices.data[0].product
    assert isinstance(product, stripe.Product)
    assert (await client.v1.prices.retrieve_async("price_essential_monthly")).currency == "nzd"
    assert len((await client.v1.products.list_async()).data) == 4


async def test_customers_are_created_updated_listed_and_deleted(client: Client) -> None:
    made = await client.v1.customers.create_async(
        {"email": "ana@example.com", "metadata": {"account_id": "1", "x": "y"}}
    )
    changed = await client.v1.customers.update_async(made.id, {"name": "Ana", "metadata": {"x": ""}})
    assert (changed.name, changed.email) == ("Ana", "ana@example.com")
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"account_id": "1"}
    assert [item.id for item in (await client.v1.customers.list_async({"email": "ana@example.com"})).data] == [made.id]
    assert (await client.v1.customers.delete_async(made.id)).deleted
    assert (await client.v1.customers.list_async({"email": "ana@example.com"})).data == []
    assert (await client.v1.customers.retrieve_async(made.id)).deleted
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.customers.create_async({"email": "ana"})
    assert refused.value.code == "email_invalid"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.customers.retrieve_async("cus_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


async def test_pages_of_a_list(client: Client) -> None:
    ids = [(await client.v1.customers.create_async({"name": str(number)})).id for number in range(5)][::-1]
    first = await client.v1.customers.list_async({"limit": 2})
    assert ([item.id for item in first.data], first.has_more) == (ids[:2], True)
    walked = [item.id async for item in first.auto_paging_iter()]
    assert walked == ids
    before = await client.v1.customers.list_async({"limit": 2, "ending_before": ids[3]})
    assert [item.id for item in before.data] == ids[1:3]


async def test_the_same_key_returns_the_same_response_without_a_second_effect(client: Client) -> None:
    params: Any = {"email": "ana@example.com"}
    options: Any = {"idempotency_key": "customer-1"}
    first = await client.v1.customers.create_async(params, options)
    again = await client.v1.customers.create_async(params, options)
    assert first.id == again.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len((await client.v1.customers.list_async()).data) == 1
    with pytest.raises(stripe.IdempotencyError) as refused:
        await client.v1.customers.create_async({"email": "eve@example.com"}, options)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.customers.create_async(params, {"idempotency_key": "k" * 256})


async def test_an_invalid_parameter_does_not_use_the_key_but_a_real_failure_does(
    client: Client,
) -> None:
    options: Any = {"idempotency_key": "once"}
    wrong: Any = {"email": "ana@example.com", "colour": "red"}
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.customers.create_async(wrong, options)
    assert (await client.v1.customers.create_async({"email": "ana@example.com"}, options)).id

    missing: Any = {"customer": "cus_nobody", "return_url": "http://app.example"}
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await client.v1.billing_portal.sessions.create_async(missing, {"idempotency_key": "twice"})
        assert (refused.value.headers or {}).get("idempotent-replayed") == replayed


async def test_a_key_expires_after_a_day(client: Client, browser: Browser) -> None:
    options: Any = {"idempotency_key": "customer-1"}
    first = await client.v1.customers.create_async({"email": "ana@example.com"}, options)
    await browser.post("/_control/clock", json={"advance_seconds": 90_000})
    assert (await client.v1.customers.create_async({"email": "eve@example.com"}, options)).id != first.id


@pytest.mark.parametrize(
    ("status", "kind", "raised"),
    [
        (429, "invalid_request_error", stripe.RateLimitError),
        (500, "api_error", stripe.APIError),
        (409, "idempotency_error", stripe.StripeError),
        (403, "invalid_request_error", stripe.PermissionError),
        (402, "card_error", stripe.CardError),
    ],
)
async def test_faults_arrive_as_the_sdks_errors(
    browser: Browser, status: int, kind: str, raised: type[Exception], checkout: Make
) -> None:
    answer = {"error": {"type": kind, "message": "as switched on"}}
    fault = {"match": "POST /v1/checkout/sessions", "kind": "status", "status": status, "answer": answer}
    await browser.post("/_control/faults", json=[fault])
    with pytest.raises(raised):
        await checkout()
    assert (await checkout()).status == "open"


async def test_a_lost_response_is_replayed_to_the_retry(standin: Serving, browser: Browser, sdk: Make) -> None:
    await browser.post("/_control/faults", json=[{"match": "POST /v1/customers", "kind": "drop_after"}])
    patient = sdk(standin.url, retries=1)
    made = await patient.v1.customers.create_async({"email": "ana@example.com"})
    assert [item.id for item in (await patient.v1.customers.list_async()).data] == [made.id]
