"""Changing the plan or add-on of a running subscription."""

import itertools

import pytest
from billing.factory import ProcessContext
from pulseworks_contracts import AuditRecorded, SubscriptionChanged
from testing import assert_emitted, emitted

from .conftest import StripeStandIn, Tenant, Webhooks

ESSENTIAL = {"plan": "ESSENTIAL", "posting_addon": False}
AUTHORITY = {"plan": "AUTHORITY", "posting_addon": True}


async def prices(stripe_standin: StripeStandIn) -> list[str]:
    (subscription,) = await stripe_standin.page("/subscriptions")
    return sorted(item["price"]["id"] for item in subscription["items"]["data"])


async def test_a_change_takes_effect_immediately_at_stripe_and_here(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)

    down = (await tenant.call("POST", "/change", ESSENTIAL)).json()
    at_stripe = await prices(stripe_standin)
    up = (await tenant.call("POST", "/change", AUTHORITY)).json()

    assert (down["plan"], down["entitlements"]["posting"], down["revision"]) == ("ESSENTIAL", False, 2)
    assert at_stripe == ["price_essential_monthly"]
    assert (up["plan"], up["entitlements"]) == (
        "AUTHORITY",
        {"generation": True, "posting": True, "posts_per_month": 20},
    )
    assert await prices(stripe_standin) == ["price_authority_monthly", "price_posting_monthly"]
    assert up == await tenant.subscription()
    await webhooks.deliver()
    assert up == await tenant.subscription()
    events = await emitted(context.database, SubscriptionChanged)
    assert [event.data.plan for event in events] == ["GROWTH", "ESSENTIAL", "AUTHORITY"]
    records = await emitted(context.database, AuditRecorded)
    assert [record.data.user_id for record in records] == [None, tenant.user_id, tenant.user_id]


async def test_the_unused_part_of_the_month_is_credited(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.subscribe(webhooks)

    await tenant.call("POST", "/change", ESSENTIAL)

    (sent,) = await stripe_standin.requests("POST", "/v1/subscriptions/")
    assert "proration_behavior=create_prorations" in sent["body"]


async def test_a_change_to_the_current_plan_sends_no_update_to_stripe(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.subscribe(webhooks)

    same = await tenant.call("POST", "/change", {"plan": "GROWTH", "posting_addon": True})

    assert (same.status_code, same.json()["revision"]) == (200, 1)
    assert await stripe_standin.requests("POST", "/v1/subscriptions/") == []


@pytest.mark.invariant("M2")
async def test_a_repeated_change_is_made_once(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)

    first = await tenant.call("POST", "/change", ESSENTIAL, key="change-1")
    await tenant.call("POST", "/change", AUTHORITY, key="change-2")
    late = await tenant.call("POST", "/change", ESSENTIAL, key="change-1")
    other = await tenant.call("POST", "/change", AUTHORITY, key="change-1")

    assert first.json()["plan"] == "ESSENTIAL"
    assert late.headers["idempotency-replayed"] == "true"
    assert late.json()["plan"] == "AUTHORITY"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await stripe_standin.requests("POST", "/v1/subscriptions/")) == 2


@pytest.mark.invariant("M2")
async def test_a_change_with_a_lost_answer_is_made_once(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    await stripe_standin.fault("POST /v1/subscriptions/", "drop_after")

    lost = await tenant.call("POST", "/change", ESSENTIAL, key="change-1")
    done = await tenant.call("POST", "/change", ESSENTIAL, key="change-1")

    assert lost.json()["code"] == "payment_provider_unreachable"
    assert done.json()["plan"] == "ESSENTIAL"
    used = {r["headers"]["idempotency-key"] for r in await stripe_standin.requests("POST", "/v1/subscriptions/")}
    assert len(used) == 1
    assert len(await emitted(context.database, SubscriptionChanged)) == 2


async def test_the_subscription_is_unchanged_while_stripe_is_unreachable(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    await stripe_standin.fault("POST /v1/subscriptions/", "drop_before", times="forever")

    failed = await tenant.call("POST", "/change", ESSENTIAL)

    assert (failed.status_code, failed.json()["code"]) == (503, "payment_provider_unreachable")
    assert (await tenant.subscription())["plan"] == "GROWTH"
    assert await prices(stripe_standin) == ["price_growth_monthly", "price_posting_monthly"]
    await assert_emitted(context.database, SubscriptionChanged)


async def test_a_declined_card_changes_nothing(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.subscribe(webhooks)
    error = {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}
    await stripe_standin.fault(
        "POST /v1/subscriptions/", "status", times="forever", status=402, answer={"error": error}
    )

    declined = await tenant.call("POST", "/change", AUTHORITY)

    assert (declined.status_code, declined.json()["code"]) == (402, "card_declined")
    assert (await tenant.subscription())["plan"] == "GROWTH"


async def test_a_change_requires_a_subscription(tenant: Tenant, webhooks: Webhooks) -> None:
    answer = await tenant.call("POST", "/change", ESSENTIAL)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_subscription")


async def test_a_change_detects_an_end_whose_event_has_not_arrived(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    subscription = await tenant.subscribe(webhooks)
    await stripe_standin.delete(f"/subscriptions/{subscription}")

    before = await tenant.call("POST", "/change", ESSENTIAL)
    after = await tenant.call("POST", "/change", ESSENTIAL)

    assert (before.status_code, before.json()["code"]) == (409, "subscription_not_changeable")
    assert (await tenant.subscription())["status"] == "canceled"
    assert after.json()["code"] == "subscription_not_changeable"


async def test_only_plans_on_sale_are_accepted(tenant: Tenant) -> None:
    wrong = [{}, {"plan": "GOLD", "posting_addon": True}, ESSENTIAL | {"price": "price_1"}]
    for path, body in itertools.product(("/change", "/checkout"), wrong):
        assert (await tenant.call("POST", path, body)).status_code == 422
