from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import stripe
from sandbox.standin import Serving, Store, serving
from sandbox.stripe import StripeConfig, create_stripe

pytestmark = pytest.mark.asyncio(loop_scope="module")

Client = stripe.StripeClient
Browser = httpx2.AsyncClient
Make = Callable[..., Any]


async def deliveries(browser: Browser, **wanted: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await browser.get("/_control/deliveries", params=wanted)).json()["deliveries"]
    return rows


async def test_a_signature_is_valid_only_for_the_exact_bytes(client: Client, receiver: Any, secret: str) -> None:
    await client.v1.customers.create_async({"name": "Ana"})
    await receiver.until(lambda: len(receiver.raw) == 1)
    body, signature = receiver.raw[0]
    event = client.construct_event(body, signature, secret)
    assert (event.type, event.api_version) == ("customer.created", "2026-10-28.endive")
    for wrong_body, wrong_secret in ((body + b" ", secret), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(wrong_body, signature, wrong_secret)


async def test_an_event_contains_the_request_that_caused_it(client: Client, receiver: Any) -> None:
    made = await client.v1.customers.create_async({"name": "Ana"}, {"idempotency_key": "customer-1"})
    await receiver.until(lambda: len(receiver.events) == 1)
    request = receiver.events[0]["request"]
    assert made.last_response is not None
    assert request == {"id": made.last_response.request_id, "idempotency_key": "customer-1"}


async def test_a_refused_delivery_is_retried_with_the_same_event(
    client: Client, browser: Browser, receiver: Any
) -> None:
    receiver.answers = [500, 302]
    await client.v1.customers.create_async({"name": "Ana"})
    await receiver.until(lambda: len(receiver.events) == 2)
    await browser.post("/_control/clock", json={"advance_seconds": 61})
    await receiver.until(lambda: len(receiver.events) == 3)
    assert len({event["id"] for event in receiver.events}) == 1
    row = (await deliveries(browser))[0]
    assert [attempt["status"] for attempt in row["attempts"]] == [500, 302, 200]
    assert row["status"] == "delivered"


async def test_a_delivery_is_given_up_after_the_last_retry(client: Client, browser: Browser, receiver: Any) -> None:
    receiver.answers = [500] * 3
    await client.v1.customers.create_async({"name": "Ana"})
    await receiver.until(lambda: len(receiver.events) == 2)
    await browser.post("/_control/clock", json={"advance_seconds": 61})
    await receiver.until(lambda: len(receiver.events) == 3)
    assert [row["status"] for row in await deliveries(browser)] == ["failed"]


async def test_events_can_be_delayed_reversed_and_duplicated(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    await browser.post("/_control/config", json={"hold_deliveries": True, "duplicate_deliveries": 1})
    await subscribe()
    assert receiver.events == []
    released = await browser.post("/_control/deliveries/release", json={"order": "reversed"})
    assert len(released.json()["released"]) == len(receiver.events)
    assert receiver.types[:2] == ["checkout.session.completed"] * 2
    assert receiver.types[-1] == "customer.created"
    assert len({event["id"] for event in receiver.events}) * 2 == len(receiver.events)


async def test_the_order_can_be_reversed_without_holding_events(
    client: Client, browser: Browser, receiver: Any, subscribe: Make
) -> None:
    await browser.post("/_control/config", json={"delivery_order": "reversed"})
    await subscribe()
    await receiver.until(lambda: "customer.created" in receiver.types)
    assert receiver.types.index("checkout.session.completed") < receiver.types.index("customer.subscription.created")


async def test_an_event_can_be_replayed(client: Client, browser: Browser, receiver: Any) -> None:
    await client.v1.customers.create_async({"name": "Ana"})
    await receiver.until(lambda: len(receiver.events) == 1)
    await browser.post(f"/_control/events/{receiver.events[0]['id']}/replay", json={"times": 2})
    await receiver.until(lambda: len(receiver.events) == 3)
    assert len({event["id"] for event in receiver.events}) == 1


async def test_events_are_listed_and_read(client: Client, browser: Browser, subscribe: Make) -> None:
    await subscribe()
    listed = await client.v1.events.list_async({"types": ["checkout.session.completed", "customer.subscription.*"]})
    assert [event.type for event in listed.data] == [
        "checkout.session.completed",
        "customer.subscription.updated",
        "customer.subscription.created",
    ]
    one = await client.v1.events.retrieve_async(listed.data[0].id)
    assert one.data.object["object"] == "checkout.session"


async def test_an_endpoint_receives_only_its_event_types_in_its_version(
    client: Client, browser: Browser, subscribe: Make, receiver: Any
) -> None:
    got: list[dict[str, Any]] = []

    async def listen(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        signature = dict(scope["headers"])[b"stripe-signature"].decode()
        got.append(stripe.Webhook.construct_event(body, signature, endpoint_secret).to_dict())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async with serving(listen) as running:
        endpoint = await client.v1.webhook_endpoints.create_async(
            {
                "url": running.url,
                "enabled_events": ["customer.subscription.created"],
                "api_version": "2025-02-24.acacia",
            }
        )
        endpoint_secret = str(endpoint.secret)
        await subscribe()
        await receiver.until(lambda: len(got) == 1)
    assert got[0]["api_version"] == "2025-02-24.acacia"
    assert got[0]["data"]["object"]["current_period_end"] > 0
    listed = await client.v1.webhook_endpoints.list_async()
    assert endpoint.id in [item.id for item in listed.data]
    assert all("secret" not in item for item in listed.data)
    assert (await client.v1.webhook_endpoints.delete_async(endpoint.id)).deleted


async def test_the_state_survives_a_restart(receiver: Any, tmp_path: Path, sdk: Make, secret: str) -> None:
    config = StripeConfig(webhook_url=receiver.url, webhook_secret=secret, hold_deliveries=True)
    state = tmp_path / "stripe.jsonl"
    options: Any = {"idempotency_key": "customer-1"}
    async with serving(create_stripe(config, Store(state))) as first:
        made = await sdk(first.url).v1.customers.create_async({"name": "Ana"}, options)
    async with serving(create_stripe(config, Store(state))) as second:
        again = await sdk(second.url).v1.customers.create_async({"name": "Ana"}, options)
        async with httpx2.AsyncClient(base_url=second.url) as browser:
            await browser.post("/_control/config", json={"hold_deliveries": False})
        await receiver.until(lambda: receiver.types == ["customer.created"])
    assert again.id == made.id


async def test_a_reset_deletes_all_state(standin: Serving, client: Client, browser: Browser) -> None:
    await client.v1.customers.create_async({"name": "Ana"})
    await browser.post("/_control/reset")
    assert (await client.v1.customers.list_async()).data == []
    assert await deliveries(browser) == []
