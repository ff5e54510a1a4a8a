"""Stripe's events that no retry can help are set aside with a reason, and an operator lists and replays them."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from typing import Any

import pytest
from billing.factory import ProcessContext
from billing.settings import BillingSettings
from billing.webhooks.jobs import StripeEventRetention
from billing.webhooks.rules import MOST_ATTEMPTS
from common.database import Database
from pydantic import SecretStr
from sqlalchemy import text
from testing import ManualClock

from .conftest import NewTenant, StripeStandIn, Tenant, Webhooks

CREATED = 1_790_000_000


def event(number: int, *, customer: str = "cus_unknown", **changes: Any) -> dict[str, Any]:
    item = {"id": f"sub_{number}", "object": "subscription", "customer": customer}
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": "customer.subscription.updated",
        "created": CREATED,
        "livemode": False,
        "data": {"object": item},
        **changes,
    }


@pytest.mark.invariant("M1")
async def test_an_event_of_an_unknown_customer_is_set_aside_and_can_be_replayed(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn, database: Database
) -> None:
    await stripe_standin.pay(await tenant.checkout())
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE billing.customer SET stripe_customer_id = NULL"))
    events = [event for event in await webhooks.new() if event["type"] == "invoice.paid"]

    await webhooks.deliver(events)
    (aside,) = await webhooks.set_aside()

    assert "customer_unknown" in str(aside.error)
    assert (aside.attempts, aside.due_at, aside.processed_at) == (1, None, None)

    (customer,) = await stripe_standin.page("/customers")
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE billing.customer SET stripe_customer_id = :id"), {"id": customer["id"]})
    assert await webhooks.replay() == 1

    assert await webhooks.set_aside() == await webhooks.failing() == []
    assert (await tenant.subscription())["status"] == "active"


async def test_an_event_about_the_subscription_of_another_account_is_set_aside(
    new_tenant: NewTenant, webhooks: Webhooks
) -> None:
    """The customer of the event is of one account, its subscription at Stripe of the other."""
    mine, other = new_tenant(), new_tenant()
    await mine.subscribe(webhooks)
    (customer,) = await webhooks.stripe.page("/customers")
    theirs = await other.subscribe(webhooks)
    wrong = event(1, customer=customer["id"])
    wrong["data"]["object"]["id"] = theirs

    await webhooks.deliver([wrong])

    (aside,) = await webhooks.set_aside()
    assert "subscription_of_another" in str(aside.error)
    assert (await mine.subscription())["further_subscriptions"] == []


async def test_an_event_that_fails_for_its_own_sake_is_set_aside_after_a_day(
    tenant: Tenant, webhooks: Webhooks, database: Database
) -> None:
    await tenant.subscribe(webhooks)
    (customer,) = await webhooks.stripe.page("/customers")
    await webhooks.deliver([event(1, customer=customer["id"])])  # Stripe has no such subscription

    (failed,) = await webhooks.failing()
    assert failed.set_aside_at is None
    async with database.cross_account.transaction() as session:
        await session.execute(
            text("UPDATE billing.stripe_event SET attempts = :attempts WHERE error IS NOT NULL"),
            {"attempts": MOST_ATTEMPTS - 1},
        )
    await webhooks.retry()

    (aside,) = await webhooks.set_aside()
    assert "payment_provider_refused" in str(aside.error)
    assert "sub_1" in str(aside.error), "the operator sees what Stripe said"


async def test_an_outage_of_stripe_sets_no_event_aside(tenant: Tenant, webhooks: Webhooks, database: Database) -> None:
    await webhooks.stripe.pay(await tenant.checkout())
    await webhooks.stripe.fault("GET /v1/(subscriptions|checkout)", "status", times="forever", status=500)
    await webhooks.deliver()
    async with database.cross_account.transaction() as session:
        await session.execute(text("UPDATE billing.stripe_event SET attempts = 100 WHERE error IS NOT NULL"))
    await webhooks.retry()

    assert await webhooks.set_aside() == []
    await webhooks.stripe.clear_faults()
    await webhooks.retry()
    assert (await tenant.subscription())["status"] == "active"


@pytest.mark.invariant("M1")
@pytest.mark.parametrize(
    ("key", "livemode"), [("sk_test_1", True), ("rk_test_1", True), ("sk_live_1", False), ("rk_live_1", False)]
)
async def test_an_event_of_the_other_mode_is_refused_and_set_aside(
    webhooks: Webhooks, context: ProcessContext, key: str, *, livemode: bool
) -> None:
    context.settings = context.settings.model_copy(update={"stripe_api_key": SecretStr(key)})
    answers = [await webhooks.send(event(1, livemode=livemode)) for _ in range(2)]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(400, "event_of_other_mode")] * 2
    (aside,) = await webhooks.set_aside()
    assert (aside.attempts, aside.due_at) == (0, None)
    assert await webhooks.stripe.requests("GET", "/v1/subscriptions") == []

    assert await webhooks.replay() == 1
    (again,) = await webhooks.set_aside()
    assert "event_of_other_mode" in str(again.error), "as long as the key is not corrected"


async def test_an_event_of_our_mode_or_without_one_is_accepted(webhooks: Webhooks) -> None:
    without = event(2)
    del without["livemode"]
    for accepted in (event(1), without):
        assert (await webhooks.send(accepted)).status_code == 200


async def test_the_command_lists_and_replays(webhooks: Webhooks, settings: BillingSettings) -> None:
    await webhooks.deliver([event(1), event(2, customer="cus_2")])

    listed = [json.loads(line) for line in (await command(settings, "list")).splitlines()]
    one = await command(settings, "replay", "--event-id", "evt_2")
    await webhooks.settled()
    both = await command(settings, "replay")

    assert [line["event_id"] for line in listed] == ["evt_1", "evt_2"]
    assert "customer_unknown" in listed[0]["reason"]
    assert (one, both) == ("1 will be processed again", "2 will be processed again")


async def test_events_are_removed_after_the_retention_time(
    webhooks: Webhooks, context: ProcessContext, clock: ManualClock
) -> None:
    await webhooks.deliver([event(1), event(2, type="customer.created")])
    days = context.settings.stripe_event_retention_days

    for passed, left in ((timedelta(days=days - 1), 2), (timedelta(days=1, seconds=1), 0)):
        clock.advance(passed)
        async with context.database.cross_account.transaction() as session:
            await StripeEventRetention(context).run(session)
        assert len(await webhooks.stored()) == left


async def command(settings: BillingSettings, *arguments: str) -> str:
    environment = {
        **os.environ,
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
        "STRIPE_API_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "stripe-events", *arguments, stdout=PIPE, stderr=PIPE, env=environment
    )
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    return output.decode().strip()
