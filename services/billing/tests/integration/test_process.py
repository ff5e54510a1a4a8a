"""Billing as a process, and with a broker and webhooks that the Stripe stand-in delivers."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import asyncpg
import httpx2
import pytest
from billing.factory import ProcessContext
from billing.worker import create_worker
from common.database import Database
from fastapi import FastAPI
from pulseworks_contracts import AccountCreated, AccountData, SubscriptionChanged
from pulseworks_contracts.queues import SCHEDULER_SUBSCRIPTION
from sandbox.stack.ports import free_port
from sandbox.stack.rabbitmq import RabbitMQ
from sandbox.standin import serving
from sqlalchemy import text
from testing import Bus
from testing.servers import DatabaseServer

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


@pytest.mark.invariant("T1")
async def test_a_process_whose_role_is_spoilt_becomes_ready_when_migrate_has_repaired_it(
    database_server: DatabaseServer, database: Database
) -> None:
    port = free_port()
    url = database_server.runtime_url("billing")
    environment = {
        **os.environ,
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "DATABASE_URL": url,
        "MIGRATION_DATABASE_URL": database_server.url,
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
        "STRIPE_API_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "PORT": str(port),
    }
    admin = await asyncpg.connect(database_server.url)
    await admin.execute("ALTER ROLE billing BYPASSRLS")
    await admin.close()
    program = [sys.executable, "-m", "billing"]
    process = await asyncio.create_subprocess_exec(*program, "api", stdout=PIPE, stderr=PIPE, env=environment)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            spoilt = await answer_of(http, "/readyz")
            migration = await asyncio.create_subprocess_exec(*program, "migrate", env=environment)
            assert await asyncio.wait_for(migration.wait(), 60) == 0
            repaired = await answer_of(http, "/readyz")
    finally:
        process.terminate()
        _, log = await process.communicate()

    assert spoilt.status_code == 503
    assert "the role billing has BYPASSRLS" in spoilt.json()["checks"]["schema"]
    assert repaired.json()["checks"]["schema"] == "ok"
    assert b"the role billing has BYPASSRLS" in log


async def answer_of(http: httpx2.AsyncClient, path: str) -> httpx2.Response:
    """Return the first answer of a process that is starting."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await http.get(path)
            except httpx2.TransportError:
                await asyncio.sleep(0.1)


async def test_a_process_that_starts_while_the_broker_is_down_serves_and_consumes_when_it_is_back(
    database_server: DatabaseServer, database: Database, tmp_path: Path
) -> None:
    port = free_port()
    async with RabbitMQ(tmp_path / "rabbitmq") as broker:
        broker.kill()
        environment = {
            **os.environ,
            "AMQP_URL": broker.url,
            "DATABASE_URL": database_server.runtime_url("billing"),
            "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
            "STRIPE_API_KEY": "sk_test_1",
            "STRIPE_WEBHOOK_SECRET": "whsec_1",
            "PORT": str(port),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "billing", "serve", stdout=DEVNULL, stderr=DEVNULL, env=environment
        )
        try:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
                plans = await answer_of(http, "/api/billing/plans")
                alone = await ready(http, "degraded")
                await broker.restart_async()
                together = await ready(http, "ready")
            assert process.returncode is None
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    assert plans.status_code == 200
    assert alone["broker"] != "ok"
    assert together["broker"] == "ok"


async def ready(http: httpx2.AsyncClient, status: str) -> dict[str, str]:
    """Wait until the process reports this status; return its checks."""
    async with asyncio.timeout(90):
        while True:
            answer = (await http.get("/readyz")).json()
            if answer["status"] == status:
                checks: dict[str, str] = answer["checks"]
                return checks
            await asyncio.sleep(0.5)
