"""Stripe's webhooks: authenticity, duplicates, order and failures."""

import asyncio
import json
import time

import pytest
import stripe
from billing.factory import ProcessContext
from pulseworks_contracts import SubscriptionChanged
from testing import assert_emitted, emitted

from .conftest import SECRET, StripeStandIn, Tenant, Webhooks


def signed(body: str, *, secret: str = SECRET, timestamp: int | None = None) -> str:
    header: str = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp)
    return header


EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "customer.created",
    "api_version": "2025-02-24.acacia",
    "created": 1_790_000_000,
    "data": {"object": {"id": "cus_1", "object": "customer", "name": "nul \u0000 and half a pair \ud800"}},
}
BODY = json.dumps(EVENT)


@pytest.mark.invariant("M1")
async def test_an_invalid_signature_is_rejected_and_nothing_is_stored(webhooks: Webhooks) -> None:
    for body, header in (
        (BODY, None),
        (BODY, signed(BODY, secret="whsec_other")),
        (BODY + " ", signed(BODY)),
        (BODY, signed(BODY, timestamp=int(time.time()) - 301)),
    ):
        answer = await webhooks.post(body, header)
        assert (answer.status_code, answer.json()["code"]) == (400, "signature_invalid"), header

    assert await webhooks.stored() == []


@pytest.mark.invariant("M1")
async def test_a_signature_is_valid_for_five_minutes(webhooks: Webhooks) -> None:
    answer = await webhooks.send(EVENT, timestamp=int(time.time()) - 290)

    assert (answer.status_code, answer.json()) == (200, {"received": True})


@pytest.mark.invariant("M1")
async def test_concurrent_duplicates_are_stored_once(webhooks: Webhooks) -> None:
    answers = await asyncio.gather(*(webhooks.send(EVENT) for _ in range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    (stored,) = await webhooks.stored()
    assert (stored.event_id, stored.type, stored.api_version) == ("evt_1", "customer.created", "2025-02-24.acacia")
    assert stored.payload == EVENT
    assert stored.processed_at is not None


async def test_a_signed_body_that_is_not_an_event_is_rejected(webhooks: Webhooks) -> None:
    for body in ("[]", "null", "{}", '{"id": 1}', json.dumps(EVENT | {"created": -1}), "{", "[" * 100_000):
        answer = await webhooks.post(body, signed(body))
        assert (answer.status_code, answer.json()["code"]) == (400, "event_unreadable"), body[:20]


@pytest.mark.invariant("M1")
async def test_a_duplicate_event_changes_nothing(tenant: Tenant, webhooks: Webhooks, context: ProcessContext) -> None:
    await tenant.subscribe(webhooks)
    stored = len(await webhooks.stored())

    await webhooks.deliver(await webhooks.stripe.events())

    assert len(await webhooks.stored()) == stored
    await assert_emitted(context.database, SubscriptionChanged)


@pytest.mark.invariant("M1")
async def test_events_in_reverse_order_have_the_same_result(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await stripe_standin.pay(await tenant.checkout())
    (subscription,) = await stripe_standin.page("/subscriptions")
    await stripe_standin.set_status(subscription["id"], "past_due")
    await stripe_standin.delete(f"/subscriptions/{subscription['id']}")

    for event in reversed(await webhooks.new()):
        await webhooks.deliver([event])

    assert (await tenant.subscription())["status"] == "canceled"
    assert {event.data.status for event in await emitted(context.database, SubscriptionChanged)} == {"canceled"}
    assert await webhooks.failing() == []


@pytest.mark.invariant("M1")
async def test_concurrent_events_make_one_change(tenant: Tenant, webhooks: Webhooks, context: ProcessContext) -> None:
    """Five events at a time each fetch the subscription; overtaken answers are fetched again."""
    await tenant.subscribe(webhooks)

    (event,) = await emitted(context.database, SubscriptionChanged)
    assert event.data.status == "active"


@pytest.mark.invariant("M1")
async def test_an_overtaken_answer_is_discarded(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    """The first answer is fetched while active, and applied after the cancellation."""
    subscription = await tenant.subscribe(webhooks)
    late = await context.stripe.subscription(subscription)
    async with context.transaction(tenant.account_id) as factory:
        comparison = await factory.subscriptions().comparison(tenant.account_id)
    await stripe_standin.delete(f"/subscriptions/{subscription}")
    await webhooks.deliver()

    async with context.transaction(tenant.account_id) as factory:
        applied = await factory.subscriptions().apply(
            late, comparison=comparison, account_id=tenant.account_id, user_id=None, event_created=None
        )

    assert applied is False
    assert (await tenant.subscription())["status"] == "canceled"


async def test_a_cancelled_subscription_stays_cancelled(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    subscription = await tenant.subscribe(webhooks)
    await stripe_standin.delete(f"/subscriptions/{subscription}")
    await webhooks.deliver()

    await stripe_standin.set_status(subscription, "active")
    await webhooks.deliver()

    assert (await tenant.subscription())["status"] == "canceled"


async def test_an_invoice_of_an_older_api_version_is_processed(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    subscription = await tenant.subscribe(webhooks)
    await stripe_standin.set_status(subscription, "unpaid")
    await webhooks.new()
    invoice = {"id": "in_1", "object": "invoice", "subscription": subscription, "paid": False}
    old = EVENT | {"id": "evt_old", "type": "invoice.payment_failed", "data": {"object": invoice}}

    await webhooks.deliver([old])

    assert (await tenant.subscription())["status"] == "unpaid"


async def test_an_unknown_price_fails_until_it_is_configured(
    tenant: Tenant, webhooks: Webhooks, context: ProcessContext
) -> None:
    catalogue = context.catalogue
    context.catalogue = type(catalogue)(
        prices={**catalogue.prices, "GROWTH": "price_of_last_year"},
        posting_price=catalogue.posting_price,
        amounts=catalogue.amounts,
        posting_amount=catalogue.posting_amount,
        currency=catalogue.currency,
    )
    await webhooks.stripe.pay(await tenant.checkout(plan="ESSENTIAL", posting_addon=False))
    (subscription,) = await webhooks.stripe.page("/subscriptions")
    item = subscription["items"]["data"][0]["id"]
    await webhooks.stripe.write(
        f"/subscriptions/{subscription['id']}", **{"items[0][id]": item, "items[0][price]": "price_growth_monthly"}
    )

    await webhooks.deliver()
    failing = await webhooks.failing()
    context.catalogue = catalogue
    await webhooks.retry()

    assert failing
    assert all("price_growth_monthly" in str(event.error) for event in failing)
    assert await webhooks.failing() == []
    assert (await tenant.subscription())["plan"] == "GROWTH"


@pytest.mark.parametrize(
    ("kind", "path"),
    [("customer.subscription.created", "/v1/subscriptions/"), ("checkout.session.completed", "/v1/checkout/sessions/")],
)
async def test_events_are_retried_by_the_loop_alone_while_stripe_fails(
    with_retries: None, tenant: Tenant, webhooks: Webhooks, kind: str, path: str
) -> None:
    standin = webhooks.stripe
    await standin.pay(await tenant.checkout())
    (event,) = [e for e in await webhooks.new() if e["type"] == kind]
    await standin.fault(f"GET {path}", "status", times="forever", status=500)

    await webhooks.deliver([event])
    asked = await standin.requests("GET", path)
    (failed,) = await webhooks.failing()
    await standin.clear_faults()
    await webhooks.retry()

    assert "payment_provider_failed" in str(failed.error)
    assert len(asked) == failed.attempts
    assert (await tenant.subscription())["status"] == "active"
