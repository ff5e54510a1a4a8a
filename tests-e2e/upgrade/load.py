"""Customers who sign in, read, write and schedule posts all the time. Every response at the gateway is counted."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2
from faults import wire
from faults.customers import Customer, contents_of, schedule
from faults.plan import PLATFORMS, Plan, Post
from faults.system import System

_NOT_YET = "not_there_yet"
_PAUSES = 0.05, 0.3
_SIGN_IN_SHARE = 0.04
_BETWEEN_CONTENTS = 3.0
_LEAD_SECONDS = 7.0, 12.0
_READS = {
    "identity": ("/api/auth/me", "/api/users", "/api/audit?limit=20"),
    "scheduler": ("/api/schedule?limit=50", "/api/schedule/rule"),
    "publisher": ("/api/social/profile", "/api/social/deliveries?limit=20"),
    "content": ("/api/briefs", "/api/content?limit=20"),
    "billing": ("/api/billing/subscription",),
}
_RULE = {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}


@dataclass
class Responses(httpx2.AsyncBaseTransport):
    """Counts what the clients receive. It retries nothing."""

    phase: str = ""
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """By phase: requests, and what went wrong."""
    errors: list[str] = field(default_factory=list)
    slowest: dict[str, float] = field(default_factory=dict)
    """By phase, in seconds."""

    def __post_init__(self) -> None:
        self._transport = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        phase, began = self.phase, time.monotonic()
        counts = self.counts.setdefault(phase, Counter())
        counts["requests"] += 1
        try:
            response = await self._transport.handle_async_request(request)
            await response.aread()
        except httpx2.TransportError as error:
            self._fail(phase, request, repr(error))
            raise
        self.slowest[phase] = max(self.slowest.get(phase, 0.0), time.monotonic() - began)
        if response.status_code >= 400 and _NOT_YET not in response.text:
            self._fail(phase, request, f"{response.status_code} {response.text[:300]}")
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()

    def _fail(self, phase: str, request: httpx2.Request, what: str) -> None:
        self.counts[phase]["errors"] += 1
        self.errors.append(f"{phase}: {request.method} {request.url.path}: {what}")


class Load:
    """Runs until `stop`. ``plan.posts`` grows with each post that is scheduled."""

    def __init__(
        self, system: System, customers: Sequence[Customer], plan: Plan, start: datetime, services: Sequence[str]
    ) -> None:
        self._system = system
        self._customers = customers
        self._plan = plan
        self._start = start
        self._reads = [path for service in services for path in _READS.get(service, ())]
        self._random = random.Random(plan.seed)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.responses = Responses()

    async def start(self) -> None:
        """Replace the customers' clients by ones whose responses are counted, and begin."""
        for customer in self._customers:
            await customer.call("PUT", "/api/schedule/rule", _RULE)
            await customer.http.aclose()
            customer.http = httpx2.AsyncClient(
                base_url=self._system.stack.url,
                timeout=30,
                transport=self.responses,
                headers={"Authorization": customer.http.headers["Authorization"]},
            )
            self._tasks += [asyncio.create_task(self._use(customer)), asyncio.create_task(self._post(customer))]

    async def stop(self) -> None:
        """Let everything that has begun end. Raises what a customer met that is no response."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _use(self, customer: Customer) -> None:
        while not await self._stopped_within(self._random.uniform(*_PAUSES)):
            if self._random.random() < _SIGN_IN_SHARE:
                await self._visit(customer)
            elif self._random.random() < _SIGN_IN_SHARE:
                await self._call(customer, "PUT", "/api/schedule/rule", _RULE)
            else:
                await self._call(customer, "GET", self._random.choice(self._reads))

    async def _visit(self, customer: Customer) -> None:
        """Sign in and out again, which emits an event."""
        signed_in = await self._call(customer, "POST", "/api/auth/login", customer.sign_in)
        if signed_in is not None and signed_in.is_success:
            token = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
            await self._call(customer, "POST", "/api/auth/logout", headers=token)

    async def _call(
        self,
        customer: Customer,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response | None:
        try:
            return await customer.http.request(method, path, json=body, headers=headers)
        except httpx2.TransportError:
            return None  # it is counted

    async def _post(self, customer: Customer) -> None:
        """Approve one content after another and schedule its posts."""
        content = 0
        while not await self._stopped_within(self._random.uniform(0.5, 1.5) * _BETWEEN_CONTENTS):
            due = (datetime.now(UTC) - self._start).total_seconds()
            posts = [
                Post(
                    number=len(self._plan.posts) + place,
                    customer=customer.number,
                    content=content,
                    platform=platform,
                    due=due + self._random.uniform(*_LEAD_SECONDS),
                    trouble=None,
                    late=False,
                    cancel=False,
                )
                for place, platform in enumerate(PLATFORMS)
            ]
            self._plan.posts.extend(posts)
            own = Plan(self._plan.seed, self._plan.shape, False, posts, [], None)
            events = [made.approved for made in contents_of(own, customer).values()]
            await wire.publish(lambda: self._system.stack.wiring.amqp_url, events)
            await schedule(customer, posts, self._start)
            content += 1

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
