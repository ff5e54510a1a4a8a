"""One run: customers, posts, chaos, and the tally."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import wire
from .chaos import Chaos
from .customers import Content, Customer, contents_of, make_customers, schedule
from .people import settle_unknown
from .plan import FULL, SHORT, Plan, Post, make_plan
from .system import System, running
from .tally import Tally, take
from .troubles import HISTORY_CACHE_SECONDS

_SETTLED = ("PUBLISHED", "FAILED", "CANCELLED", "UNKNOWN", "MISSED", "PARKED")
_COPIES = 0.25
_LONGEST_COPY_SECONDS = 12.0
# longer than the publisher looks for a post with an unclear outcome (RECONCILE_LIMIT_SECONDS)
_STANDSTILL_SECONDS = 270.0
_NEWS_SECONDS = 60.0
_FIRST = 0.3
"""Posts of this first part of the window are scheduled before the faults start, the others during them."""


@dataclass(frozen=True)
class Report:
    plan: Plan
    tally: Tally
    done: Counter[str]
    """What was done to the system."""
    troubles: Counter[str]
    """What the provider did to calls."""
    seconds: float


class Clock:
    """Prints events with the seconds since the start."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        self._write(f"{self.seconds:7.1f} s  {text}")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


async def fault_run(
    directory: Path, plan: Plan, write: Callable[[str], None], *, sources: Path | None = None
) -> Report:
    """Start a system, execute the plan on it, count the outcomes, and stop it."""
    clock = Clock(write)
    async with running(directory, clock.say, full=plan.shape is FULL, sources=sources) as system:
        clock.say("everything is running")
        return await carry_out(system, plan, clock)


async def carry_out(system: System, plan: Plan, clock: Clock) -> Report:
    full = plan.shape is FULL
    await system.configure(
        rate_limit=0,
        instagram_daily_posts=0,
        history_cache_seconds=HISTORY_CACHE_SECONDS,
        duplicate_check=plan.protected,
        idempotency_check=plan.protected,
    )
    customers = await make_customers(system, plan, full=full)
    contents = [(customer, content) for customer in customers for content in contents_of(plan, customer).values()]
    await wire.publish(lambda: system.stack.rabbitmq.url, [content.approved for _, content in contents])
    clock.say(f"{len(customers)} customers are connected, {len(contents)} contents approved")

    await system.trouble([dict(rule) for rule in plan.rules])
    if plan.blind_customer is not None:
        await _blind(system, customers[plan.blind_customer])
    await _until_known(system, len(contents))
    start = datetime.now(UTC) + timedelta(seconds=15.0 if full else 4.0)
    first = [post for post in plan.posts if not post.late and post.due < plan.shape.window * _FIRST]
    await schedule_all(customers, first, start)
    early = sum(post.item_id is not None for post in plan.posts)
    clock.say(f"{early} posts are scheduled; the first is due in {(start - datetime.now(UTC)).total_seconds():.1f} s")

    chaos = Chaos(system, plan, customers, start)
    copier = wire.Copier(lambda: system.stack.rabbitmq.url, plan.seed, share=_COPIES, longest=_LONGEST_COPY_SECONDS)
    copying = asyncio.create_task(copier.run())
    watching = asyncio.create_task(_watch(system, clock))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(schedule_all(customers, [p for p in plan.posts if not p.late and p not in first], start))
            group.create_task(chaos.run(contents))
        clock.say("all faults are done")
        await _until_settled(system, plan, start)
    finally:
        copying.cancel()
        watching.cancel()
        await asyncio.gather(copying, watching, return_exceptions=True)
    clock.say("counting")
    await _until_quiet(system)
    tally = await take(system, plan, customers, chaos)
    tally.breaches += await settle_unknown(system, customers, tally.unknown)
    for customer in customers:
        await customer.http.aclose()
    system.done["events copied"] += copier.sent
    return Report(plan, tally, system.done, await system.troubles_made(), clock.seconds)


async def _until_known(system: System, contents: int) -> None:
    """Wait until the approval events have arrived everywhere, so that scheduling needs no second attempt."""
    deadline = time.monotonic() + _NEWS_SECONDS
    known = 0
    while known < contents and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        rows = await system.query("SELECT count(*) AS n FROM scheduler.approved_content WHERE approved")
        known = rows[0]["n"] if rows else 0


async def schedule_all(customers: Sequence[Customer], posts: Sequence[Post], start: datetime) -> None:
    at_once = asyncio.Semaphore(3)

    async def one(customer: Customer) -> None:
        async with at_once:
            await schedule(customer, [post for post in posts if post.customer == customer.number], start)

    await asyncio.gather(*(one(customer) for customer in customers))


async def _blind(system: System, customer: Customer) -> None:
    """Make a customer's history unreadable. Its profile key is in the log of the stand-in."""
    await customer.call("POST", "/api/social/link")
    header = {"profile-key": await system.last_profile_key()}
    away = {"match": "GET /api/history", "header": header, "kind": "status", "status": 500, "times": "forever"}
    await system.trouble([away])


async def _states(system: System) -> Counter[str] | None:
    rows = await system.query("SELECT status, count(*) AS n FROM scheduler.schedule_item GROUP BY status")
    return None if rows is None else Counter({row["status"]: row["n"] for row in rows})


async def _watch(system: System, clock: Clock) -> None:
    while True:
        await asyncio.sleep(10)
        states = await _states(system)
        clock.say(
            "the database is down" if states is None else ", ".join(f"{n} {s}" for s, n in sorted(states.items()))
        )


async def _until_settled(system: System, plan: Plan, start: datetime) -> None:
    """Wait until every post is finished: for the shape's drain time, and longer while there is progress."""
    deadline = start + timedelta(seconds=plan.shape.window + plan.shape.drain)
    last: tuple[Counter[str] | None, float] = (None, time.monotonic())
    while datetime.now(UTC) < deadline or time.monotonic() - last[1] < _STANDSTILL_SECONDS:
        states = await _states(system)
        if states is not None and sum(states[status] for status in _SETTLED) == states.total():
            return
        if states is not None and states != last[0]:
            last = states, time.monotonic()
        await asyncio.sleep(0.5)


async def _until_quiet(system: System, seconds: float = 20.0) -> None:
    """Wait until the outboxes and the audit queue are empty."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        waiting = 0
        for service in ("scheduler", "publisher"):
            rows = await system.query(f"SELECT count(*) AS n FROM {service}.outbox")
            waiting += rows[0]["n"] if rows else 1
        if not waiting:
            return
        await asyncio.sleep(0.3)


def plan_of(form: str, seed: int, *, protected: bool) -> Plan:
    return make_plan(seed, {"full": FULL, "short": SHORT}[form], protected=protected)


__all__ = ["Clock", "Content", "Report", "carry_out", "fault_run", "plan_of"]
