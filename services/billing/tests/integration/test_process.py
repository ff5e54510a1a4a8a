"""Billing as a process, and with a broker and webhooks that the Stripe stand-in delivers."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest
from billing.factory import ProcessContext
from billing.worker import create_worker
from common.database import Database
from fastapi import FastAPI
from pulseworks_contracts import AccountCreated, AccountData, SubscriptionChanged
from pulseworks_contracts.queues import SCHEDULER_SUBSCRIPTION
from sandbox.standin import serving
from sqlalchemy import text
from testing import Bus

from .conftest import SECRET, StripeStandIn, Tenant


@pytest.mark.invariant("M1")
async def test_the_process_does_not_start_without_the_webhook_secret() -> None:
    environment = {
        **os.environ,
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "DATABASE_URL": "postgresql://billing:p@127.0.0.1:1/d",
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
        "STRIPE_API_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "",
        "PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "api", stdout=PIPE, stderr=PIPE, env=environment
    )
    try:
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert process.returncode == 2
    assert b"STRIPE_WEBHOOK_SECRET" in errors
    assert len(errors.strip().splitlines()) == 1


@pytest.mark.invariant("M1", "E1", "E2")
async def test_delivered_webhooks_are_published_to_other_services(
    context: ProcessContext, api: FastAPI, bus: Bus, tenant: Tenant, stripe_standin: StripeStandIn
) -> None:
    """Each webhook is delivered twice and in reverse order."""
    context.settings = context.settings.model_copy(
        update={"amqp_url": type(context.settings.amqp_url)(bus.url), "events_namespace": bus.namespace}
    )
    worker = create_worker(context)
    await worker.start()
    data = AccountData(revision=1, name="Harbour Physio", website_url=None, timezone="Pacific/Auckland")
    await bus.publish(AccountCreated(account_id=tenant.account_id, subject=str(tenant.account_id), data=data))
    async with asyncio.timeout(10):
        while not await has_name(context.database, tenant):
            await asyncio.sleep(0.02)
    async with serving(api) as running:
        disorder = {"duplicate_deliveries": 1, "delivery_order": "reversed"}
        target = {"webhook_url": f"{running.url}/api/webhooks/stripe", "webhook_secret": SECRET}
        (await stripe_standin.http.post("/_control/config", json=target | disorder)).raise_for_status()
        await stripe_standin.pay(await tenant.checkout())

        (event,) = await bus.collect(SCHEDULER_SUBSCRIPTION, 1)
    (customer,) = await stripe_standin.page("/customers")
    await worker.check_loops()
    await worker.stop()

    assert isinstance(event, SubscriptionChanged)
    assert (event.source, event.account_id) == ("/billing", tenant.account_id)
    assert event.data.entitlements.posting is True
    assert customer["name"] == "Harbour Physio"


async def has_name(database: Database, tenant: Tenant) -> bool:
    async with database.transaction(tenant.account_id) as session:
        return bool(await session.scalar(text("SELECT name FROM billing.account")) == "Harbour Physio")
