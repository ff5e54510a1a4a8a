import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import stripe
from sandbox.standin import Serving, serving
from sandbox.stripe import StripeConfig, create_stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = "whsec_of_the_tests"


@dataclass
class Receiver:
    """A webhook endpoint that records events and responds as configured."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    raw: list[tuple[bytes, str]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        signature = request.headers["stripe-signature"]
        self.raw.append((body, signature))
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        self.events.append(event.to_dict())
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening() -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def receive(request: Request) -> Response:
        if str(request.url) != receiver.url:
            # a delivery of the previous test
            return Response(status_code=200)
        return await receiver(request)

    async with serving(Starlette(routes=[Route("/hook/{test:int}", receive, methods=["POST"])])) as running:
        receiver.url = f"{running.url}/hook/0"
        yield receiver


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(listening: Receiver) -> AsyncIterator[Serving]:
    config = StripeConfig(webhook_url=listening.url, webhook_secret=SECRET, retry_seconds=(0.05, 60))
    async with serving(create_stripe(config)) as standin:
        yield standin


@pytest.fixture
def receiver(listening: Receiver) -> Receiver:
    base, _, number = listening.url.rpartition("/")
    listening.url = f"{base}/{int(number) + 1}"
    listening.answers, listening.raw, listening.events = [], [], []
    return listening


@pytest.fixture
def standin(running: Serving, receiver: Receiver) -> Serving:
    """The stand-in after a reset: stopping and starting it takes longer than a test."""
    running.app.reset()
    running.app.configure({"webhook_url": receiver.url})
    return running


@pytest_asyncio.fixture(loop_scope="module")
async def browser(standin: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=standin.url) as http:
        yield http


@pytest_asyncio.fixture(loop_scope="module")
async def sdk() -> AsyncIterator[Callable[..., stripe.StripeClient]]:
    """Return a factory of SDK clients, `sdk(url, key)`. The clients are closed at the end."""
    made: list[Any] = []  # the SDK does not annotate close_async

    def make(url: str, key: str = "sk_test_sandbox", *, retries: int = 0) -> stripe.StripeClient:
        http = stripe.HTTPXClient(timeout=5)
        made.append(http)
        return stripe.StripeClient(key, base_addresses={"api": url}, http_client=http, max_network_retries=retries)

    yield make
    for http in made:
        await http.close_async()


@pytest.fixture
def client(standin: Serving, sdk: Callable[..., stripe.StripeClient]) -> stripe.StripeClient:
    return sdk(standin.url)


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture
def checkout(client: stripe.StripeClient) -> Callable[..., Any]:
    """Return a function that opens a checkout of the growth plan with the posting add-on."""

    async def create(**changes: Any) -> Any:
        params: Any = {
            "mode": "subscription",
            "client_reference_id": "account-1",
            "line_items": [
                {"price": "price_growth_monthly", "quantity": 1},
                {"price": "price_posting_monthly", "quantity": 1},
            ],
            "subscription_data": {"metadata": {"account_id": "account-1"}},
            "success_url": "http://app.example/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://app.example/plans",
        }
        return await client.v1.checkout.sessions.create_async(params=params | changes)

    return create


@pytest.fixture
def subscribe(
    client: stripe.StripeClient, checkout: Callable[..., Any], browser: httpx2.AsyncClient
) -> Callable[..., Any]:
    """Return a function that pays a checkout on its page and returns the subscription."""

    async def pay(**changes: Any) -> Any:
        session = await checkout(**changes)
        paid = await browser.post(session.url, data={"email": "ana@example.com", "card": "4242424242424242"})
        assert paid.status_code == 303
        session = await client.v1.checkout.sessions.retrieve_async(session.id)
        assert isinstance(session.subscription, str)
        return await client.v1.subscriptions.retrieve_async(session.subscription)

    return pay
