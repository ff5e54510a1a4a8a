from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import stripe

pytestmark = pytest.mark.asyncio(loop_scope="module")

Client = stripe.StripeClient
Browser = httpx2.AsyncClient
Make = Callable[..., Any]

MONTH = 31 * 86_400 + 60


def prices_of(subscription: Any) -> list[str]:
    return [item.price.id for item in subscription["items"].data]


async def test_plan_and_add_on_are_changed_in_one_call(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    subscription = await subscribe()
    growth, posting = subscription["items"].data
    changed = await client.v1.subscriptions.update_async(
        subscription.id,
        {
            "items": [{"id": growth.id, "price": "price_authority_monthly"}, {"id": posting.id, "deleted": True}],
            "proration_behavior": "always_invoice",
        },
    )
    assert prices_of(changed) == ["price_authority_monthly"]
    assert changed["items"].data[0].id == growth.id
    assert changed["items"].data[0].current_period_end == growth.current_period_end
    assert isinstance(changed.latest_invoice, str)
    invoice = await client.v1.invoices.retrieve_async(changed.latest_invoice)
    assert (invoice.billing_reason, invoice.total) == ("subscription_update", 14_900 - 8_900 - 3_900)
    back = await client.v1.subscriptions.update_async(subscription.id, {"items": [{"price": "price_posting_monthly"}]})
    assert prices_of(back) == ["price_authority_monthly", "price_posting_monthly"]
    await receiver.until(lambda: receiver.types.count("customer.subscription.updated") == 3)
    assert "items" in receiver.events[-1]["data"]["previous_attributes"]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([{"price": "price_gold"}], "resource_missing"),
        ([{"price": "price_growth_monthly"}], None),
        ([{"id": "si_nobody", "deleted": True}], "resource_missing"),
        ([{"quantity": 2}], "parameter_missing"),
    ],
)
async def test_invalid_items_are_refused(
    client: Client,
    browser: Browser,
    items: Any,
    code: str | None,
    subscribe: Make,
) -> None:
    subscription = await subscribe()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.subscriptions.update_async(subscription.id, {"items": items})
    assert refused.value.code == code
    everything: Any = [{"id": item.id, "deleted": True} for item in subscription["items"].data]
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.subscriptions.update_async(subscription.id, {"items": everything})
    assert prices_of(await client.v1.subscriptions.retrieve_async(subscription.id)) == prices_of(subscription)


async def test_unsupported_features_are_refused_and_not_ignored(
    client: Client, browser: Browser, subscribe: Make
) -> None:
    subscription = await subscribe()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.subscriptions.update_async(subscription.id, {"pause_collection": {"behavior": "void"}})
    assert refused.value.code == "not_stood_in"


async def test_a_subscription_can_be_cancelled_immediately(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    subscription = await subscribe()
    ended = await client.v1.subscriptions.cancel_async(subscription.id, {"cancellation_details": {"comment": "bye"}})
    assert ended.cancellation_details is not None
    assert (ended.status, ended.cancellation_details.comment) == ("canceled", "bye")
    await receiver.until(lambda: "customer.subscription.deleted" in receiver.types)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.subscriptions.cancel_async(subscription.id)
    assert refused.value.code == "resource_missing"
    assert (await client.v1.subscriptions.list_async()).data == []
    assert len((await client.v1.subscriptions.list_async({"status": "all"})).data) == 1


async def test_the_end_of_a_period_renews_or_ends(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    subscription = await subscribe()
    await browser.post("/_control/clock", json={"advance_seconds": MONTH})
    await receiver.until(lambda: receiver.types.count("invoice.paid") == 2)
    renewed = await client.v1.subscriptions.retrieve_async(subscription.id)
    first, second = subscription["items"].data[0], renewed["items"].data[0]
    assert second.current_period_start == first.current_period_end
    await client.v1.subscriptions.update_async(subscription.id, {"cancel_at_period_end": True})
    await browser.post("/_control/clock", json={"advance_seconds": MONTH})
    await receiver.until(lambda: "customer.subscription.deleted" in receiver.types)


async def test_a_card_that_is_declined_later_makes_it_past_due_until_a_new_card(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    subscription = await subscribe()
    await browser.post(f"/_control/customers/{subscription.customer}", json={"declines": True})
    await browser.post("/_control/clock", json={"advance_seconds": MONTH})
    await receiver.until(lambda: "invoice.payment_failed" in receiver.types)
    assert (await client.v1.subscriptions.retrieve_async(subscription.id)).status == "past_due"
    portal = await client.v1.billing_portal.sessions.create_async({"customer": subscription.customer})
    await browser.post(portal.url, data={"action": "new_card", "subscription": subscription.id})
    assert (await client.v1.subscriptions.retrieve_async(subscription.id)).status == "active"
    assert (await client.v1.invoices.list_async({"status": "open"})).data == []


async def test_an_upgrade_with_a_declined_card_can_fail_whole(
    client: Client, browser: Browser, subscribe: Make
) -> None:
    subscription = await subscribe()
    await browser.post(f"/_control/customers/{subscription.customer}", json={"declines": True})
    item = subscription["items"].data[0]
    with pytest.raises(stripe.CardError) as declined:
        await client.v1.subscriptions.update_async(
            subscription.id,
            {
                "items": [{"id": item.id, "price": "price_authority_monthly"}],
                "proration_behavior": "always_invoice",
                "payment_behavior": "error_if_incomplete",
            },
        )
    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    assert prices_of(await client.v1.subscriptions.retrieve_async(subscription.id)) == prices_of(subscription)


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("past_due", "invoice.payment_failed"),
        ("canceled", "customer.subscription.deleted"),
        ("unpaid", "customer.subscription.updated"),
    ],
)
async def test_a_status_can_be_forced(
    browser: Browser, receiver: Any, status: str, event: str, subscribe: Make
) -> None:
    subscription = await subscribe()
    await receiver.until(lambda: "checkout.session.completed" in receiver.types)
    receiver.events.clear()
    forced = await browser.post(f"/_control/subscriptions/{subscription.id}", json={"status": status})
    await receiver.until(lambda: event in receiver.types)
    assert forced.json()["status"] == status


async def test_the_portal_cancels_and_resumes(client: Client, browser: Browser, subscribe: Make) -> None:
    subscription = await subscribe()
    portal = await client.v1.billing_portal.sessions.create_async(
        {"customer": subscription.customer, "return_url": "http://app.example/billing"}
    )
    page = (await browser.get(portal.url)).text
    assert "http://app.example/billing" in page
    assert "Growth" in page
    for action, expected in (("cancel", True), ("resume", False)):
        response = await browser.post(portal.url, data={"action": action, "subscription": subscription.id})
        assert response.status_code == 200
        now = await client.v1.subscriptions.retrieve_async(subscription.id)
        assert (now.cancel_at_period_end, now.cancel_at is not None) == (expected, expected)
    foreign = await browser.post(portal.url, data={"action": "cancel", "subscription": "sub_of_somebody"})
    assert foreign.status_code == 400


async def test_the_portal_does_not_change_a_subscription_of_several_products(
    client: Client, browser: Browser, subscribe: Make
) -> None:
    subscription = await subscribe()
    flow: Any = {"type": "subscription_update", "subscription_update": {"subscription": subscription.id}}
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.billing_portal.sessions.create_async({"customer": subscription.customer, "flow_data": flow})
