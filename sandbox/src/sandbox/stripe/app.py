"""Assembles the stand-in, and the loop that delivers events and ends periods."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp

from sandbox.standin import StandIn, Store
from sandbox.stripe import checkout, subscriptions
from sandbox.stripe.api import Api
from sandbox.stripe.calls import calls
from sandbox.stripe.config import StripeConfig
from sandbox.stripe.control import Control
from sandbox.stripe.hosted import HostedPages
from sandbox.stripe.webhooks import WebhookSender
from sandbox.stripe.world import World

_DELIVERY_SECONDS = 10


def create_stripe(config: StripeConfig | None = None, store: Store | None = None) -> StandIn[StripeConfig]:
    standin = StandIn("stripe", config or StripeConfig(), store)
    world = World(standin.store, standin.clock)
    webhooks = WebhookSender(standin, world)
    world.deliver = webhooks.queue
    life = _Background(standin, world, webhooks)
    standin.mount(
        [
            *Control(world, webhooks).routes(),
            *HostedPages(world).routes(),
            *Api(standin, world).routes(calls(world, webhooks)),
        ],
        life.running,
    )
    return standin


class _Background:
    """Background work."""

    def __init__(self, standin: StandIn[StripeConfig], world: World, webhooks: WebhookSender) -> None:
        self._standin = standin
        self._world = world
        self._webhooks = webhooks

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=_DELIVERY_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            while True:
                self._end_periods()
                await self._webhooks.deliver_due(http)
                await self._standin.clock.sleep_until(self._next())

    def _end_periods(self) -> None:
        self._world.request = {"id": None, "idempotency_key": None}
        for item in self._world.all("subscription"):
            # a stand-in that was stopped for months catches up period by period
            while self._runs(item) and subscriptions.period_end(item) <= self._world.now:
                subscriptions.roll_over(self._world, item["id"])
                item = self._world.get("subscription", item["id"])  # noqa: PLW2901  # the next period of the same
        for session in self._world.all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self._world.now:
                checkout.expire(self._world, session["id"])

    def _next(self) -> datetime | None:
        ends = [subscriptions.period_end(item) for item in self._world.all("subscription") if self._runs(item)]
        ends += [item["expires_at"] for item in self._world.all("checkout.session") if item["status"] == "open"]
        times = [datetime.fromtimestamp(end, UTC) for end in ends]
        due = self._webhooks.next_due()
        return min([*times, due] if due else times, default=None)

    @staticmethod
    def _runs(item: dict[str, object]) -> bool:
        return item["status"] in ("active", "trialing")
