"""Reads everything that the status page shows. What does not answer is reported beside what does."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sandbox.stack.environment import Component
from sandbox.stack.processes import http_get
from sandbox.stack.stack import Stack
from sandbox.status import broker, database
from sandbox.status.parts import read_parts
from sandbox.status.snapshot import Concern, Known, Part, Post, Snapshot, known

_FRESH_SECONDS = 1.0


class StatusReader:
    """Reads a running stack. Several viewers share what was read within the last second."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._lock = asyncio.Lock()
        self._last: tuple[float, Snapshot] | None = None

    async def read(self) -> Snapshot:
        async with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _FRESH_SECONDS:
                self._last = (time.monotonic(), await self._read())
                # measured from its end: a read may take seconds while something hangs
                self._last = (time.monotonic(), self._last[1])
            return self._last[1]

    async def _read(self) -> Snapshot:
        wiring = self._stack.wiring
        url = wiring.admin_database_url
        namespace = self._stack.external.get("EVENTS_NAMESPACE") or "pulseworks"
        parts, queues, due, posts, concerns = await asyncio.gather(
            read_parts(self._stack),
            known(broker.read_queues(wiring.amqp_url, namespace), broker.ERRORS, "RabbitMQ"),
            known(database.read_due(url), database.ERRORS, "PostgreSQL"),
            self._posts(url),
            self._concerns(url),
        )
        problems: dict[str, str | None] = {Component.POSTGRES: due.problem, Component.RABBITMQ: queues.problem}
        return Snapshot(
            datetime.now(UTC),
            [_with_problem(part, problems.get(part.name)) for part in parts],
            queues,
            due,
            posts,
            concerns,
            addresses=self._addresses(),
            amqp_url=wiring.amqp_url,
            pictures=self.pictures,
        )

    @property
    def pictures(self) -> str | None:
        """The base URL of the pictures if the stack's own store has them."""
        own = not self._stack.external.replaces(Component.STORAGE)
        return self._stack.storage.public_base_url if own else None

    async def _posts(self, url: str) -> Known[Post]:
        return await known(database.read_posts(url, await self._live_posts()), database.ERRORS, "PostgreSQL")

    async def _concerns(self, url: str) -> Known[Concern]:
        return await known(database.read_concerns(url), database.ERRORS, "PostgreSQL")

    async def _live_posts(self) -> Sequence[Mapping[str, Any]] | None:
        """Return what is live at the stand-in of Ayrshare. None: the real one is used, or the stand-in is down."""
        if Component.AYRSHARE not in self._stack.processes:
            return None
        status, body = await http_get(f"{self._stack.wiring.url(Component.AYRSHARE)}/_control/posts")
        if status != 200:
            return None
        posts: list[dict[str, Any]] = json.loads(body)["posts"]
        return posts

    def _addresses(self) -> Sequence[tuple[str, str]]:
        gateway, url = self._stack.url, self._stack.wiring.url
        addresses = [("API documentation", f"{gateway}/docs"), ("Events", f"{gateway}/asyncapi")]
        if "website" in self._stack.processes:
            addresses.append(("Sample website", f"{url('website')}/harbour-physio/"))
        if Component.AYRSHARE in self._stack.processes:
            addresses.append(("Live posts (JSON)", f"{url(Component.AYRSHARE)}/_control/posts"))
        return addresses


def _with_problem(part: Part, problem: str | None) -> Part:
    """Return the server as not ready if its figures can't be read: it may accept connections and answer none."""
    if problem is None or part.state == "down":
        return part
    return replace(part, state="not ready", reasons=[problem])
