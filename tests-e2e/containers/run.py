"""`make compose-faults`: each container is killed, stopped and restarted while posts are due; they arrive once."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.compose import GATEWAY, STANDIN_URLS, WEBSITE
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api, wait_for_gateway
from sandbox.demo.evidence import Row, arrived, faults_of, rows_of
from sandbox.demo.story import Pace, Result, Story
from sandbox.stack.environment import Component

from .engine import container_of, run, wait_until_healthy
from .files import compose

ACTIONS = ("kill", "stop", "restart")
# The servers first: what depends on them is up again while the others are ended.
SERVERS = ("postgres", "rabbitmq")
AYRSHARE = STANDIN_URLS[Component.AYRSHARE]
# How long a container that was killed or stopped is down.
_DOWN_SECONDS = 3.0
_BETWEEN_SECONDS = 1.0
_PACE = Pace(posts=12, first=timedelta(seconds=5), between=timedelta(seconds=8), patience_seconds=300)


@dataclass(frozen=True)
class Outage:
    """A container that was down, and for how long: from the signal until it ran again."""

    service: str
    began: datetime
    ended: datetime

    def covers(self, moment: datetime) -> bool:
        return self.began <= moment <= self.ended


@dataclass(frozen=True)
class Round:
    """What became of a round's posts."""

    action: str
    outages: Sequence[Outage]
    rows: Sequence[Row]
    faults: Sequence[str]
    seconds: float

    def describe(self) -> str:
        covered = sum(any(outage.covers(row.due) for outage in self.outages) for row in self.rows)
        late = sorted(row.lateness.total_seconds() for row in self.rows if row.lateness is not None)
        lateness = (
            f"late by {late[len(late) // 2]:.1f} s in the median, {late[-1]:.1f} s at most" if late else "none sent"
        )
        return (
            f"{self.action}: {len(self.outages)} containers, {len(self.rows)} posts, {covered} of them due during an "
            f"outage, {lateness}; {len(self.faults)} faults; {self.seconds:.0f} s"
        )


def targets() -> list[str]:
    """Return every service of docker-compose.yml that stays up."""
    long_running = [name for name, definition in compose()["services"].items() if definition["restart"] != "no"]
    return [*SERVERS, *(name for name in long_running if name not in SERVERS)]


async def play(action: str, services: Sequence[str]) -> Round:
    """Schedule a month of two businesses, then apply the action to one container after another while posts are due."""
    started = time.monotonic()
    await wait_for_gateway(GATEWAY)
    before = {post["post_id"] for post in await arrived(AYRSHARE)}
    name = secrets.token_hex(3)
    apis = [Api(GATEWAY) for _ in BUSINESSES]
    try:
        stories = [
            Story(api, business, website=WEBSITE, report=lambda *_: None, pace=_PACE)
            for api, business in zip(apis, BUSINESSES, strict=True)
        ]
        results = await asyncio.gather(*(story.play_until_scheduled(name) for story in stories))
        outages = [await _apply(action, service) for service in services]
        await asyncio.gather(*(story.wait_until_live(r) for story, r in zip(stories, results, strict=True)))
    finally:
        for api in apis:
            await api.__aexit__()
    return await _judge(action, outages, results, before, started)


async def _judge(
    action: str, outages: Sequence[Outage], results: list[Result], before: set[str], started: float
) -> Round:
    posts = [post for post in await arrived(AYRSHARE) if post["post_id"] not in before]
    rows = rows_of(results, posts)
    return Round(action, outages, rows, faults_of(results, rows, posts), time.monotonic() - started)


async def _apply(action: str, service: str) -> Outage:
    container = await container_of(service)
    began = datetime.now(UTC)
    if action == "restart":
        await run("docker", "restart", container)
    else:
        await run("docker", action, container)
        await asyncio.sleep(_DOWN_SECONDS)
        await run("docker", "start", container)
    ended = datetime.now(UTC)
    print(f"  {action} {service}: down for {(ended - began).total_seconds():.1f} s", flush=True)
    if service in SERVERS:
        await wait_until_healthy(service, container)
    await asyncio.sleep(_BETWEEN_SECONDS)
    return Outage(service, began, ended)
