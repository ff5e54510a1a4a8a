"""A subscription from checkout to cancellation, and the events that other services receive."""

import httpx2
import pytest
from billing.factory import Factory, ProcessContext
from billing.worker import ROUTERS
from common.http.consistency import format_token
from pulseworks_contracts import AccountCreated, AccountData, AccountUpdated, AuditRecorded, SubscriptionChanged
from testing import assert_emitted, deliver_twice, emitted

from .conftest import StripeStandIn, Tenant, Webhooks

NOTHING = {"generation": False, "posting": False, "posts_per_month": 0}


async def last_change(context: ProcessContext) -> SubscriptionChanged:
    return (await emitted(context.database, SubscriptionChanged))[-1]


async def test_the_status_is_none_before_the_first_subscription(tenant: Tenant) -> None:
    assert await tenant.subscription() == {
        "plan": None,
        "posting_addon": False,
        "status": "none",
        "current_period_end": None,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "entitlements": NOTHING,
        "further_subscriptions": [],
        "revision": 0,
    }


@pytest.mark.invariant("E1")
async def test_a_paid_checkout_creates_subscription_event_and_audit_entry(
    tenant: Tenant, webhooks: Webhooks, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)

    held = await tenant.subscription()
    assert (held["plan"], held["posting_addon"], held["status"], held["revision"]) == ("GROWTH", True, "active", 1)
    assert held["entitlements"] == {"generation": True, "posting": True, "posts_per_month": 12}
    event = await assert_emitted(context.database, SubscriptionChanged)
    assert event.account_id == tenant.account_id
    assert event.data.model_dump(mode="json") == {
        name: held[name]
        for name in ("revision", "plan", "posting_addon", "status", "current_period_end", "entitlements")
    }
    record = await assert_emitted(context.database, AuditRecorded)
    assert (record.data.event_type, record.data.entity_type) == ("SUBSCRIPTION_CHANGED", "subscription")
    assert (record.data.metadata["from"]["status"], record.data.metadata["to"]["status"]) == ("none", "active")
    assert await webhooks.failing() == []


async def test_who_reads_a_new_subscription_is_not_ahead_of_the_other_services(
    tenant: Tenant, webhooks: Webhooks, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    event = await assert_emitted(context.database, SubscriptionChanged)
    shown = await tenant.call("GET", "/subscription")
    assert shown.headers["Consistency-Token"] == format_token([(event.type, event.id)])


async def test_checkout_redirects_to_the_web_application(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    await tenant.checkout()
    await tenant.checkout(success_url="https://app.example/thanks?s={CHECKOUT_SESSION_ID}")

    newer, older = await stripe_standin.page("/checkout/sessions")
    assert older["success_url"] == "https://app.example/billing/success?session_id={CHECKOUT_SESSION_ID}"
    assert older["cancel_url"] == "https://app.example/billing/cancelled"
    assert newer["success_url"] == "https://app.example/thanks?s={CHECKOUT_SESSION_ID}"


async def test_redirects_to_other_hosts_are_rejected(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    for path, field in (("/checkout", "success_url"), ("/checkout", "cancel_url"), ("/portal", "return_url")):
        body = {field: "https://app.example.evil.test/"} | ({} if path == "/portal" else {"plan": "GROWTH"})
        answer = await tenant.call("POST", path, body | ({} if path == "/portal" else {"posting_addon": False}))
        assert (answer.status_code, answer.json()["code"]) == (422, "redirect_not_allowed")
        assert answer.json()["errors"][0]["field"] == field
    assert await stripe_standin.requests("POST", "/v1/") == []


async def test_the_customer_has_the_accounts_name(
    tenant: Tenant, context: ProcessContext, stripe_standin: StripeStandIn
) -> None:
    data = AccountData(revision=1, name="Harbour Physio", website_url=None, timezone="Pacific/Auckland")
    created = AccountCreated(account_id=tenant.account_id, subject=str(tenant.account_id), data=data)
    await deliver_twice(ROUTERS, created, context.database, lambda session: Factory(context, session))

    await tenant.checkout()

    (customer,) = await stripe_standin.page("/customers")
    assert customer["name"] == "Harbour Physio"
    assert customer["metadata"] == {"account_id": str(tenant.account_id)}


@pytest.mark.invariant("E3", "E4")
async def test_an_older_account_event_changes_nothing(tenant: Tenant, context: ProcessContext) -> None:
    for revision, name in ((3, "Harbour Physio"), (2, "Old name")):
        data = AccountData(revision=revision, name=name, website_url=None, timezone="Pacific/Auckland")
        updated = AccountUpdated(account_id=tenant.account_id, subject=str(tenant.account_id), data=data)
        await deliver_twice(ROUTERS, updated, context.database, lambda session: Factory(context, session))

    async with context.transaction(tenant.account_id) as factory:
        account = await factory.accounts().get()
    assert account is not None
    assert (account.name, account.revision) == ("Harbour Physio", 3)


async def test_entitlements_survive_past_due_and_end_with_unpaid(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    subscription = await tenant.subscribe(webhooks)

    await stripe_standin.set_status(subscription, "past_due")
    await webhooks.deliver()
    grace = await tenant.subscription()
    await stripe_standin.set_status(subscription, "unpaid")
    await webhooks.deliver()
    lapsed = await tenant.subscription()
    await stripe_standin.set_status(subscription, "active")
    await webhooks.deliver()
    back = await tenant.subscription()

    assert (grace["status"], grace["entitlements"]["posting"]) == ("past_due", True)
    assert (lapsed["status"], lapsed["entitlements"]) == ("unpaid", NOTHING)
    assert (back["status"], back["entitlements"]["posting"]) == ("active", True)


@pytest.mark.invariant("P7")
async def test_cancellation_removes_posting_and_emits_an_event(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    subscription = await tenant.subscribe(webhooks)

    await stripe_standin.delete(f"/subscriptions/{subscription}")
    await webhooks.deliver()

    held = await tenant.subscription()
    assert (held["status"], held["plan"], held["entitlements"]) == ("canceled", "GROWTH", NOTHING)
    event = await last_change(context)
    assert (event.data.status, event.data.entitlements.posting, event.data.revision) == ("canceled", False, 2)


async def test_cancellation_at_period_end_keeps_entitlements_until_then(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    subscription = await tenant.subscribe(webhooks)

    await stripe_standin.write(f"/subscriptions/{subscription}", cancel_at_period_end="true")
    await webhooks.deliver()

    held = await tenant.subscription()
    assert held["cancel_at_period_end"] is True
    assert held["cancel_at"] == held["current_period_end"]
    assert held["entitlements"]["posting"] is True


async def test_a_new_subscription_can_follow_a_cancelled_one(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    first = await tenant.subscribe(webhooks)
    await stripe_standin.delete(f"/subscriptions/{first}")
    await webhooks.deliver()

    second = await tenant.subscribe(webhooks, plan="ESSENTIAL", posting_addon=False)

    held = await tenant.subscription()
    assert second != first
    assert (held["plan"], held["posting_addon"], held["status"], held["revision"]) == ("ESSENTIAL", False, "active", 3)


async def test_an_expired_checkout_changes_no_subscription(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await tenant.checkout()
    (session,) = await stripe_standin.page("/checkout/sessions")

    await stripe_standin.write(f"/checkout/sessions/{session['id']}/expire")
    await webhooks.deliver()

    assert await webhooks.failing() == []
    assert await emitted(context.database, SubscriptionChanged) == []
    assert (await tenant.subscription())["status"] == "none"


async def test_the_portal_requires_a_customer(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    rejected = await tenant.call("POST", "/portal")
    await tenant.subscribe(webhooks)
    bodies: list[dict[str, str] | None] = [None, {}, {}]
    links = [(await tenant.call("POST", "/portal", body)).json()["url"] for body in bodies]

    assert (rejected.status_code, rejected.json()["code"]) == (409, "no_customer")
    assert len(set(links)) == 3
    assert (await stripe_standin.http.get(links[0])).status_code == 200


async def test_plans_are_public(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/api/billing/plans")).json() == {
        "currency": "NZD",
        "plans": [
            {"plan": "ESSENTIAL", "posts_per_month": 8, "amount": 4900},
            {"plan": "GROWTH", "posts_per_month": 12, "amount": 8900},
            {"plan": "AUTHORITY", "posts_per_month": 20, "amount": 14900},
        ],
        "posting_addon": {"amount": 3900},
    }
