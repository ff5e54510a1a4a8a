"""Billing over HTTP in the test process, with its own PostgreSQL and with the Stripe stand-in in another process."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
import stripe
from billing.api import create_api
from billing.factory import ProcessContext
from billing.models import STRIPE_EVENTS, StripeEvent
from billing.settings import BillingSettings
from billing.webhooks.jobs import StripeEventProcessor
from billing.webhooks.repository import StripeEventRepository
from common import due
from common.auth import Role
from common.database import Database
from common.ids import new_id
from fastapi import FastAPI
from sandbox.stack.lifetime import dies_with_parent
from sqlalchemy import select, text
from testing import ManualClock
from testing.apps import app_of
from testing.servers import DatabaseServer
from testing.tokens import TokenMinter

SECRET = "whsec_of_the_tests"
KEY = "sk_test_sandbox"
GROWTH = {"plan": "GROWTH", "posting_addon": True}


@pytest.fixture(scope="session")
def stripe_url() -> Iterator[str]:
    """The stand-in's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.stripe", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    assert process.stdout is not None
    with process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


@dataclass
class StripeStandIn:
    """The stand-in, used as a paying customer, as Stripe's API and through its control routes."""

    http: httpx2.AsyncClient

    async def _call(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = await self.http.request(method, path, headers={"Authorization": f"Bearer {KEY}"}, **kwargs)
        answer.raise_for_status()
        return answer.json()

    async def pay(self, url: str) -> None:
        """Pay on a checkout's page."""
        answer = await self.http.post(url, data={"email": "ana@example.com", "card": "4242424242424242"})
        assert answer.status_code == 303, answer.text

    async def get(self, path: str) -> Any:
        return await self._call("GET", f"/v1{path}")

    async def page(self, path: str) -> list[dict[str, Any]]:
        data: list[dict[str, Any]] = (await self.get(path))["data"]
        return data

    async def write(self, path: str, **form: Any) -> Any:
        return await self._call("POST", f"/v1{path}", data=form)

    async def delete(self, path: str) -> Any:
        return await self._call("DELETE", f"/v1{path}")

    async def events(self) -> list[dict[str, Any]]:
        """Return all events, oldest first."""
        return (await self.page("/events?limit=100"))[::-1]

    async def set_status(self, subscription_id: str, status: str) -> None:
        await self._call("POST", f"/_control/subscriptions/{subscription_id}", json={"status": status})

    async def fault(self, match: str, kind: str, **more: Any) -> None:
        await self._call("POST", "/_control/faults", json=[{"match": match, "kind": kind, **more}])

    async def clear_faults(self) -> None:
        await self._call("DELETE", "/_control/faults")

    async def requests(self, method: str, path: str) -> list[dict[str, Any]]:
        """Return the received requests with this method whose path contains ``path``."""
        found = await self._call("GET", f"/_control/requests?method={method}&path={path}")
        requests: list[dict[str, Any]] = found["requests"]
        return requests

    async def forget_requests(self) -> None:
        await self._call("DELETE", "/_control/requests")


@pytest.fixture
async def stripe_standin(stripe_url: str) -> AsyncIterator[StripeStandIn]:
    async with httpx2.AsyncClient(base_url=stripe_url, trust_env=False) as http:
        (await http.post("/_control/reset")).raise_for_status()
        yield StripeStandIn(http)


@pytest.fixture
def minter(clock: ManualClock) -> TokenMinter:
    return TokenMinter(clock=clock)


@pytest.fixture
def settings(database_server: DatabaseServer, stripe_url: str) -> BillingSettings:
    return BillingSettings(
        database_url=database_server.runtime_url("billing"),
        amqp_url="amqp://127.0.0.1:1/",
        identity_jwks_url="http://127.0.0.1:1",
        stripe_base_url=stripe_url,
        stripe_api_key=KEY,
        stripe_retries=0,
        stripe_webhook_secret=SECRET,
        public_web_url="https://app.example",
    )


@pytest.fixture
async def context(
    database: Database,
    settings: BillingSettings,
    clock: ManualClock,
    minter: TokenMinter,
    stripe_standin: StripeStandIn,
) -> AsyncIterator[ProcessContext]:
    created = ProcessContext.create(settings, clock)
    created.token_verifier = minter.verifier()
    yield created
    await created.close()


@pytest.fixture
async def with_retries(context: ProcessContext, settings: BillingSettings) -> AsyncIterator[None]:
    """Calls are attempted three times, as by default; other tests use one attempt, because the delays take seconds."""
    single = context.stripe
    fresh = ProcessContext.create(settings.model_copy(update={"stripe_retries": 2}))
    context.stripe = fresh.stripe
    yield
    context.stripe = single
    await fresh.close()


@pytest.fixture
def api(context: ProcessContext) -> FastAPI:
    return app_of(create_api, context)


@pytest.fixture
async def http(api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://billing") as client:
        yield client


@dataclass
class Webhooks:
    """Delivers Stripe's events to the service, and waits until they are processed."""

    http: httpx2.AsyncClient
    context: ProcessContext
    stripe: StripeStandIn
    delivered: set[str] = field(default_factory=set)

    async def send(
        self, event: dict[str, Any], *, secret: str = SECRET, timestamp: int | None = None
    ) -> httpx2.Response:
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp)
        return await self.post(body, header)

    async def post(self, body: str | bytes, header: str | None) -> httpx2.Response:
        headers = {"content-type": "application/json"} | ({} if header is None else {"stripe-signature": header})
        return await self.http.post("/api/webhooks/stripe", content=body, headers=headers)

    async def new(self) -> list[dict[str, Any]]:
        """Return the events that have not been delivered yet, and mark them as delivered."""
        fresh = [event for event in await self.stripe.events() if event["id"] not in self.delivered]
        self.delivered |= {event["id"] for event in fresh}
        return fresh

    async def deliver(self, events: Sequence[dict[str, Any]] | None = None) -> None:
        """Deliver these events, or all new ones, and wait until each is processed or has failed."""
        for event in await self.new() if events is None else events:
            answer = await self.send(event)
            assert answer.status_code == 200, answer.text
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(10):
            while any(e.processed_at is None and e.error is None and not e.set_aside_at for e in await self.stored()):
                await asyncio.sleep(0.01)

    async def stored(self) -> list[StripeEvent]:
        async with self.context.database.cross_account.transaction() as session:
            return list((await session.execute(select(StripeEvent).order_by(StripeEvent.id))).scalars())

    async def failing(self) -> list[StripeEvent]:
        return [event for event in await self.stored() if event.error is not None]

    async def set_aside(self) -> list[StripeEvent]:
        return [event for event in await self.stored() if event.set_aside_at is not None]

    async def replay(self) -> int:
        """Do what the operator's command does, and wait until each event is processed or set aside again."""
        async with self.context.database.cross_account.transaction() as session:
            count = await StripeEventRepository(session).replay(None, 1000)
        async with asyncio.timeout(10):
            while any(event.due_at is not None for event in await self.stored()):
                await asyncio.sleep(0.01)
        return count

    async def retry(self) -> None:
        """Make the failed events due immediately, and wait until each has been attempted again."""
        before = {event.id: event.attempts for event in await self.failing()}
        async with self.context.database.cross_account.transaction() as session:
            await session.execute(text("UPDATE billing.stripe_event SET due_at = now() WHERE error IS NOT NULL"))
            await due.wake(session, STRIPE_EVENTS)

        async def attempted() -> bool:
            # the loop may have been retrying an event already, and then needs no further attempt
            events = {event.id: event for event in await self.stored()}
            return all(
                events[i].processed_at is not None or (events[i].attempts > n and events[i].lease_owner is None)
                for i, n in before.items()
            )

        async with asyncio.timeout(10):
            while not await attempted():
                await asyncio.sleep(0.01)


@pytest.fixture
async def webhooks(
    http: httpx2.AsyncClient, context: ProcessContext, stripe_standin: StripeStandIn
) -> AsyncIterator[Webhooks]:
    loop = StripeEventProcessor(context).loop()
    await loop.start()
    yield Webhooks(http, context, stripe_standin)
    await loop.stop()


@dataclass
class Tenant:
    """The signed-in owner of an account."""

    http: httpx2.AsyncClient
    minter: TokenMinter
    stripe: StripeStandIn
    account_id: UUID = field(default_factory=new_id)
    user_id: UUID = field(default_factory=new_id)

    async def call(
        self, method: str, path: str, json: Any = None, *, role: Role = Role.OWNER, key: str | None = None
    ) -> httpx2.Response:
        headers = self.minter.headers(self.account_id, role, user_id=self.user_id)
        headers |= {} if key is None else {"Idempotency-Key": key}
        return await self.http.request(method, f"/api/billing{path}", json=json, headers=headers)

    async def checkout(self, **body: Any) -> str:
        """Start a checkout and return the address of its page."""
        answer = await self.call("POST", "/checkout", {**GROWTH, **body})
        assert answer.status_code == 200, answer.text
        url: str = answer.json()["url"]
        return url

    async def subscription(self) -> dict[str, Any]:
        answer = await self.call("GET", "/subscription")
        assert answer.status_code == 200, answer.text
        subscription: dict[str, Any] = answer.json()
        return subscription

    async def subscribe(self, webhooks: Webhooks, **body: Any) -> str:
        """Buy a subscription, deliver its events, and return its id at Stripe."""
        await self.stripe.pay(await self.checkout(**body))
        await webhooks.deliver()
        subscription_id: str = (await self.stripe.page("/subscriptions?status=all"))[0]["id"]
        return subscription_id


async def buy_beside(tenant: Tenant) -> str:
    """Buy a second subscription at Stripe, as if two pages had been paid at once; return its id."""
    (customer,) = await tenant.stripe.page("/customers")
    made = await tenant.stripe.write(
        "/checkout/sessions",
        **{
            "mode": "subscription",
            "customer": customer["id"],
            "success_url": "https://app.example/",
            "line_items[0][price]": "price_authority_monthly",
            "line_items[0][quantity]": 1,
        },
    )
    await tenant.stripe.pay(made["url"])
    subscription_id: str = (await tenant.stripe.page("/subscriptions"))[0]["id"]
    return subscription_id


NewTenant = Callable[[], Tenant]


@pytest.fixture
def new_tenant(http: httpx2.AsyncClient, minter: TokenMinter, stripe_standin: StripeStandIn) -> NewTenant:
    return lambda: Tenant(http, minter, stripe_standin)


@pytest.fixture
def tenant(new_tenant: NewTenant) -> Tenant:
    return new_tenant()
