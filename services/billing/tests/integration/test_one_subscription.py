"""An account buys one subscription: requests at once, requests that died, and a second one that exists nevertheless."""

import asyncio

import pytest
from billing.factory import ProcessContext
from common.auth import Role
from common.database import Database
from common.ids import new_id
from pulseworks_contracts import AuditRecorded, SubscriptionChanged
from sqlalchemy import text
from testing import emitted

from .conftest import GROWTH, NewTenant, StripeStandIn, Tenant, Webhooks, buy_beside

ESSENTIAL = {"plan": "ESSENTIAL", "posting_addon": False}
AUTHORITY = {"plan": "AUTHORITY", "posting_addon": True}


async def open_pages(stripe_standin: StripeStandIn) -> list[str]:
    return [page["url"] for page in await stripe_standin.page("/checkout/sessions") if page["status"] == "open"]


async def audited(context: ProcessContext) -> list[str]:
    return [record.data.event_type for record in await emitted(context.database, AuditRecorded)]


@pytest.mark.parametrize("requests", [2, 5])
async def test_checkouts_at_once_leave_one_page(tenant: Tenant, stripe_standin: StripeStandIn, requests: int) -> None:
    answers = await asyncio.gather(*(tenant.call("POST", "/checkout", GROWTH, key=f"k{n}") for n in range(requests)))

    given = [answer.json()["url"] for answer in answers if answer.status_code == 200]
    refused = {(a.status_code, a.json()["code"]) for a in answers if a.status_code != 200}
    assert refused <= {(503, "subscription_still_changing")}
    (page,) = await open_pages(stripe_standin)
    assert page in given, "and whoever has it can pay"


async def test_a_checkout_that_got_no_answer_is_closed_with_its_key(
    tenant: Tenant, stripe_standin: StripeStandIn
) -> None:
    await stripe_standin.fault("POST /v1/checkout/sessions$", "drop_after")
    lost = await tenant.call("POST", "/checkout", GROWTH, key="lost")
    assert len(await open_pages(stripe_standin)) == 1

    url = await tenant.checkout(plan="ESSENTIAL")
    again = await tenant.call("POST", "/checkout", GROWTH, key="lost")

    assert lost.status_code == 503
    assert await open_pages(stripe_standin) == [url]
    assert len(await stripe_standin.page("/checkout/sessions")) == 2, "the key found the session that it had created"
    assert (again.status_code, again.json()["code"]) == (409, "checkout_closed")


async def test_a_checkout_that_died_before_its_call_does_not_stop_the_next(
    tenant: Tenant, stripe_standin: StripeStandIn
) -> None:
    await stripe_standin.fault("POST /v1/checkout/sessions$", "drop_before")
    await tenant.call("POST", "/checkout", GROWTH, key="died")

    url = await tenant.checkout()

    assert await open_pages(stripe_standin) == [url]


async def test_a_checkout_that_another_has_replaced_returns_no_page(
    tenant: Tenant, stripe_standin: StripeStandIn, database: Database
) -> None:
    """It hangs for so long at Stripe that its reservation ends."""
    await stripe_standin.fault("POST /v1/checkout/sessions$", "latency", seconds=1.5)
    slow = asyncio.create_task(tenant.call("POST", "/checkout", GROWTH))
    await asyncio.sleep(0.5)
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE billing.subscription SET operation_until = '2000-01-01'"))
    answer = await tenant.call("POST", "/checkout", ESSENTIAL)
    late = await slow

    given = [a.json()["url"] for a in (answer, late) if a.status_code == 200]
    assert len(given) <= 1
    assert set(await open_pages(stripe_standin)) == set(given)


async def test_a_reservation_of_a_process_that_died_ends(
    tenant: Tenant, stripe_standin: StripeStandIn, database: Database, context: ProcessContext
) -> None:
    async with context.transaction(tenant.account_id) as factory:
        await factory.subscriptions().begin_operation(tenant.account_id, new_id())
    held = await tenant.call("POST", "/checkout", GROWTH)
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE billing.subscription SET operation_until = '2000-01-01'"))

    await tenant.checkout()

    assert (held.status_code, held.json()["code"]) == (503, "subscription_still_changing")
    assert int(held.headers["retry-after"]) > 0


async def test_no_transaction_is_open_during_a_call(
    tenant: Tenant, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    await stripe_standin.fault("POST /v1/checkout/sessions$", "latency", seconds=1)
    slow = asyncio.create_task(tenant.call("POST", "/checkout", GROWTH))
    await asyncio.sleep(0.5)
    assert context.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # of a queue pool
    assert (await slow).status_code == 200


async def test_a_repeated_checkout_does_not_buy_beside_a_subscription(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    """The first request got no page; meanwhile the account has subscribed by another one."""
    await stripe_standin.fault("POST /v1/checkout/sessions$", "drop_before")
    await tenant.call("POST", "/checkout", GROWTH, key="first")
    await tenant.subscribe(webhooks)

    again = await tenant.call("POST", "/checkout", GROWTH, key="first")

    assert (again.status_code, again.json()["code"]) in {(409, "already_subscribed"), (409, "checkout_closed")}
    assert await open_pages(stripe_standin) == []


async def test_changes_at_once_end_in_one_of_their_targets(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.subscribe(webhooks)
    for _ in range(3):
        answers = await asyncio.gather(
            tenant.call("POST", "/change", ESSENTIAL), tenant.call("POST", "/change", AUTHORITY)
        )
        assert 200 in {answer.status_code for answer in answers}
        assert {a.json()["code"] for a in answers if a.status_code != 200} <= {"subscription_still_changing"}
        (subscription,) = await stripe_standin.page("/subscriptions")
        prices = sorted(item["price"]["id"] for item in subscription["items"]["data"])
        assert prices in (["price_essential_monthly"], ["price_authority_monthly", "price_posting_monthly"])
        held = await tenant.subscription()
        assert (held["plan"] == "AUTHORITY") == held["posting_addon"] == (len(prices) == 2)


async def test_checkout_change_and_portal_at_once_leave_one_subscription(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.checkout()
    checkout, portal = await asyncio.gather(tenant.call("POST", "/checkout", GROWTH), tenant.call("POST", "/portal"))
    assert (checkout.status_code, portal.status_code) == (200, 200)
    await tenant.subscribe(webhooks)

    answers = await asyncio.gather(
        tenant.call("POST", "/checkout", GROWTH),
        tenant.call("POST", "/change", ESSENTIAL),
        tenant.call("POST", "/portal"),
    )

    assert answers[0].status_code in {409, 503}
    assert answers[1].status_code in {200, 503}
    assert answers[2].status_code == 200
    assert len(await stripe_standin.page("/subscriptions")) == 1
    assert await open_pages(stripe_standin) == []


async def test_the_portal_of_a_customer_deleted_at_stripe_is_no_internal_error(
    tenant: Tenant, stripe_standin: StripeStandIn
) -> None:
    await tenant.checkout()
    (customer,) = await stripe_standin.page("/customers")
    await stripe_standin.delete(f"/customers/{customer['id']}")

    answer = await tenant.call("POST", "/portal")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_customer")
    assert customer["id"] not in answer.text


async def test_a_second_subscription_is_shown_and_audited_and_its_events_are_processed(
    tenant: Tenant, webhooks: Webhooks, context: ProcessContext
) -> None:
    await tenant.subscribe(webhooks)
    await buy_beside(tenant)
    await webhooks.deliver()
    await webhooks.deliver()

    subscription = await tenant.subscription()
    assert subscription["plan"] == "GROWTH"
    (further,) = subscription["further_subscriptions"]
    assert (further["plan"], further["posting_addon"]) == ("AUTHORITY", False)
    assert await webhooks.failing() == []
    assert (await audited(context)).count("FURTHER_SUBSCRIPTION_FOUND") == 1
    assert len(await emitted(context.database, SubscriptionChanged)) == 1


async def test_the_owner_can_cancel_the_second_subscription(
    tenant: Tenant, new_tenant: NewTenant, webhooks: Webhooks, stripe_standin: StripeStandIn, context: ProcessContext
) -> None:
    first = await tenant.subscribe(webhooks)
    await buy_beside(tenant)
    await webhooks.deliver()
    (further,) = (await tenant.subscription())["further_subscriptions"]
    path = f"/further-subscriptions/{further['id']}/cancel"

    stranger = await new_tenant().call("POST", path)
    member = await tenant.call("POST", path, role=Role.MEMBER)
    answer = await tenant.call("POST", path)
    again = await tenant.call("POST", path)
    await webhooks.deliver()

    assert (stranger.status_code, member.status_code, again.status_code) == (404, 403, 404)
    assert answer.status_code == 200
    assert answer.json()["further_subscriptions"] == []
    assert [item["id"] for item in await stripe_standin.page("/subscriptions")] == [first]
    assert (await tenant.subscription())["plan"] == "GROWTH"
    assert "FURTHER_SUBSCRIPTION_RESOLVED" in await audited(context)
    assert await webhooks.failing() == []


async def test_cancelling_one_that_has_just_ended_is_no_error(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await tenant.subscribe(webhooks)
    second = await buy_beside(tenant)
    await webhooks.deliver()
    (further,) = (await tenant.subscription())["further_subscriptions"]
    await stripe_standin.delete(f"/subscriptions/{second}")

    answer = await tenant.call("POST", f"/further-subscriptions/{further['id']}/cancel")

    assert (answer.status_code, answer.json()["further_subscriptions"]) == (200, [])


async def test_a_second_subscription_takes_the_place_of_the_first_when_that_ends(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    first = await tenant.subscribe(webhooks)
    await buy_beside(tenant)
    await webhooks.deliver()

    await stripe_standin.delete(f"/subscriptions/{first}")
    await webhooks.deliver()

    subscription = await tenant.subscription()
    assert (subscription["plan"], subscription["status"]) == ("AUTHORITY", "active")
    assert subscription["further_subscriptions"] == []
    assert await webhooks.failing() == []
