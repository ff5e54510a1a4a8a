"""One run: releases follow each other under load, and everything is counted."""

import asyncio
import os
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from faults.chaos import Chaos
from faults.customers import Customer, make_customers
from faults.plan import Plan, Shape
from faults.run import Clock
from faults.system import SHORT_SERVICES, System, choose_ports
from faults.tally import Tally, take
from sandbox.stack.environment import VARIABLES
from sandbox.stack.processes import http_get
from sandbox.stack.wiring import SERVICES

from .cluster import Cluster, running
from .load import Load, Responses
from .releases import Release

_LIMITS = ("LOGIN_LIMIT_PER_CLIENT", "SIGNUP_LIMIT_PER_CLIENT", "TOKEN_LIMIT_PER_CLIENT")
_OPEN = ("QUEUED", "SCHEDULED")
_SETTLE_SECONDS = 90.0
_REFUSED_SECONDS = 60.0


@dataclass(frozen=True)
class Move:
    """A roll-out, or a roll-back."""

    release: Release
    services: Sequence[str] = SERVICES
    migrates: bool = True
    """Whether `migrate` of the release runs first. A roll-back needs none."""
    back: bool = False

    @property
    def name(self) -> str:
        return f"{'back to' if self.back else 'to'} {self.release.name}"


@dataclass(frozen=True)
class Form:
    """``full`` runs all services. The short form leaves out billing and content; events say what they would."""

    name: Literal["full", "short"]
    customers: int
    together: float
    """Seconds for which each old replica and its successor run side by side."""
    between: float
    """Seconds of load before, between and after the moves."""


FULL = Form("full", customers=6, together=3.0, between=5.0)
SHORT = Form("short", customers=3, together=1.0, between=1.0)


@dataclass
class Result:
    tally: Tally
    responses: Responses
    served: Counter[str]
    lateness: list[float]
    """Of each post that is live, in seconds."""
    breaches: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.tally.ok and not self.responses.errors and not self.breaches

    @property
    def median_lateness(self) -> float:
        return statistics.median(self.lateness or [0.0])


async def upgrade_run(
    directory: Path,
    first: Release,
    moves: Sequence[Move],
    write: Callable[[str], None],
    *,
    form: Form = FULL,
    refused: Release | None = None,
) -> Result:
    """Run the moves under load. ``refused`` is a release that must refuse to start on the last schema."""
    clock = Clock(write)
    choose_ports(directory)
    environ = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environ |= dict.fromkeys(_LIMITS, "100000/minute")
    full = form.name == "full"
    services = SERVICES if full else SHORT_SERVICES
    standins = ("ayrshare", "stripe") if full else ("ayrshare",)
    async with running(directory, environ, first, clock.say, services=services, standins=standins) as cluster:
        clock.say(f"{first.name} is running")
        system = System(cluster.stack, clock.say)
        system.children = {made.name: made.replicas[0].process for made in cluster.deployments}
        # only our fence prevents a second post
        await system.configure(rate_limit=0, instagram_daily_posts=0, duplicate_check=False, idempotency_check=False)
        shape = Shape(form.name, 0, form.customers, window=0, drain=0, lead=0, troubled=0, bursts=0)
        plan = Plan(seed=20261129, shape=shape, protected=False, posts=[], acts=[], blind_customer=None)
        customers = await make_customers(system, plan, full=full)
        start = datetime.now(UTC)
        load = Load(system, customers, plan, start, services)
        await _under_load(cluster, load, first, moves, form, clock)
        clock.say(f"{len(plan.posts)} posts were scheduled; the last ones are awaited")
        await _until_settled(system)
        tally = await take(system, plan, customers, Chaos(system, plan, customers, start))
        breaches = [*cluster.breaches, *await _titles(customers, plan)]
        if refused is not None:
            breaches += await _is_refused(cluster, refused)
        lateness = await _lateness(system, plan, start)
        result = Result(tally, load.responses, await cluster.requests_served(), lateness, breaches)
        await system.provider.aclose()
        for customer in customers:
            await customer.http.aclose()
        return result


async def _under_load(
    cluster: Cluster, load: Load, first: Release, moves: Sequence[Move], form: Form, clock: Clock
) -> None:
    load.responses.phase = first.name
    await load.start()
    await asyncio.sleep(form.between)
    for move in moves:
        load.responses.phase = move.name
        if move.migrates:
            await cluster.migrate(move.release, move.services)
            clock.say(f"the migrations of {move.release.name} have run")
        await cluster.roll(move.release, move.services, together=form.together)
        await asyncio.sleep(form.between)
    await load.stop()


async def _until_settled(system: System) -> None:
    """Wait until every item has an outcome and every event was sent."""
    deadline = datetime.now(UTC) + timedelta(seconds=_SETTLE_SECONDS)
    waiting = 1
    while waiting and datetime.now(UTC) < deadline:
        await asyncio.sleep(0.5)
        rows = await system.query(
            "SELECT (SELECT count(*) FROM scheduler.schedule_item WHERE status = ANY($1)) "
            "+ (SELECT count(*) FROM scheduler.outbox) + (SELECT count(*) FROM publisher.outbox) AS n",
            list(_OPEN),
        )
        waiting = rows[0]["n"] if rows else 1
    await asyncio.sleep(2.0)  # the last audit entries are events on their way to identity


async def _titles(customers: Sequence[Customer], plan: Plan) -> list[str]:
    """Return the items that have lost their title on the way."""
    titles = {str(post.item_id): f"Post {post.content}" for post in plan.posts}
    items = [item for customer in customers for item in await customer.every("/api/schedule")]
    return [
        f"the item {item['id']} has the title {item['title']!r} and not {titles[item['id']]!r}"
        for item in items
        if item["title"] != titles[item["id"]]
    ]


async def _lateness(system: System, plan: Plan, start: datetime) -> list[float]:
    due = {post.text: start.timestamp() + post.due for post in plan.posts}
    return [row["at_unix"] - due[row["text"]] for row in await system.live_posts() if row["text"] in due]


async def _is_refused(cluster: Cluster, release: Release) -> list[str]:
    """Start a release that is two versions behind the schema; return what is wrong unless it says so."""
    deployment = next(made for made in cluster.deployments if made.name == "scheduler-api")
    process = cluster.replica(deployment, release).process
    await process.start()
    status, answer = 0, ""
    deadline = datetime.now(UTC) + timedelta(seconds=_REFUSED_SECONDS)
    while status == 0 and datetime.now(UTC) < deadline:
        await asyncio.sleep(0.2)
        status, answer = await http_get(process.ready_url or "")
    await process.kill()
    if status != 503 or "refuses this build" not in answer:
        return [f"{release.name} answered {status} {answer} on a schema that it can't use"]
    return []
