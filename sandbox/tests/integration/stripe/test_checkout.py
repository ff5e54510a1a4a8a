import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import stripe

pytestmark = pytest.mark.asyncio(loop_scope="module")

Client = stripe.StripeClient
Browser = httpx2.AsyncClient
Make = Callable[..., Any]


async def test_a_payment_on_the_page_creates_a_subscription_and_emits_events(
    client: Client, browser: Browser, receiver: Any, checkout: Make
) -> None:
    session = await checkout(customer_email="ana@example.com", metadata={"plan": "growth"})
    assert (session.status, session.payment_status, session.subscription) == ("open", "unpaid", None)
    assert session.amount_total == 8_900 + 3_900
    page = (await browser.get(session.url)).text
    assert "PulseWorks Growth" in page
    assert "NZD 128.00" in page
    assert 'value="ana@example.com"' in page

    paid = await browser.post(session.url, data={"email": "ana@example.com", "card": "4242424242424242"})
    assert paid.status_code == 303
    assert paid.headers["location"] == f"http://app.example/done?session={session.id}"
    await receiver.until(lambda: "checkout.session.completed" in receiver.types)
    assert {"customer.subscription.created", "customer.subscription.updated", "invoice.paid"} <= set(receiver.types)

    done = receiver.events[receiver.types.index("checkout.session.completed")]["data"]["object"]
    assert (done["status"], done["payment_status"], done["client_reference_id"]) == ("complete", "paid", "account-1")
    subscription = await client.v1.subscriptions.retrieve_async(done["subscription"])
    assert subscription.status == "active"
    assert subscription.metadata["account_id"] == "account-1"
    items = subscription["items"].data
    assert [item.price.id for item in items] == ["price_growth_monthly", "price_posting_monthly"]
    assert 27 * 86_400 < items[0].current_period_end - time.time() < 32 * 86_400
    invoice = receiver.events[receiver.types.index("invoice.paid")]["data"]["object"]
    assert invoice["parent"]["subscription_details"]["subscription"] == subscription.id
    assert (await browser.post(session.url, data={"email": "x@example.com"})).status_code == 410


async def test_a_declined_card_leaves_the_checkout_open(
    client: Client, browser: Browser, receiver: Any, checkout: Make
) -> None:
    session = await checkout()
    declined = await browser.post(session.url, data={"email": "ana@example.com", "card": "4000000000000002"})
    assert declined.status_code == 402
    assert "declined" in declined.text
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"
    assert receiver.events == []


async def test_an_expired_checkout_cannot_be_paid(
    client: Client, browser: Browser, receiver: Any, checkout: Make
) -> None:
    session = await checkout()
    expired = await client.v1.checkout.sessions.expire_async(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert (await browser.get(session.url)).status_code == 410
    await receiver.until(lambda: receiver.types == ["checkout.session.expired"])
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.expire_async(session.id)


async def test_a_checkout_expires_automatically(
    client: Client, browser: Browser, receiver: Any, checkout: Make
) -> None:
    session = await checkout(expires_at=int(time.time()) + 3_600)
    await browser.post("/_control/clock", json={"advance_seconds": 3_700})
    await receiver.until(lambda: receiver.types == ["checkout.session.expired"])
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "expired"


async def test_a_trial_costs_nothing_at_first(client: Client, browser: Browser, subscribe: Make) -> None:
    subscription = await subscribe(subscription_data={"trial_period_days": 14})
    assert subscription.status == "trialing"
    invoice = await client.v1.invoices.retrieve_async(subscription.latest_invoice)
    assert invoice.amount_paid == 0


async def test_line_items_are_included_only_on_request(client: Client, checkout: Make) -> None:
    session = await checkout()
    assert not hasattr(session, "line_items")
    expanded = await client.v1.checkout.sessions.retrieve_async(
        session.id, params={"expand": ["line_items.data.price.product"]}
    )
    assert expanded.line_items is not None
    product = expanded.line_items.data[1].price
    assert product is not None
    assert isinstance(product.product, stripe.Product)
    assert product.product.name == "Posting add-on"
    listed = await client.v1.checkout.sessions.line_items.list_async(session.id)
    assert len(listed.data) == 2


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"line_items": [{"price": "price_gold", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
        ({"line_items": [{"price": "price_growth_monthly"}]}, None, "line_items[0]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"success_url": "app.example"}, "url_invalid", "success_url"),
        ({"customer_creation": "always"}, None, "customer_creation"),
        ({"expires_at": 5}, None, "expires_at"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"mode": "payment"}, "not_stood_in", "mode=payment"),
    ],
)
async def test_an_invalid_checkout_is_refused(
    client: Client, changes: dict[str, object], code: str | None, param: str, checkout: Make
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await checkout(**changes)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)
