"""A publisher with a limited number of outstanding confirms. It starts at a time read from a file."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from dispatch.posts import make_posts

_WINDOW = 500

Publish = Callable[[str, bytes], Awaitable[object]]


def publish_all(publish: Publish) -> "asyncio.Task[None]":
    """Publish as many events as the environment says; ``publish`` receives a routing key and a body."""
    posts = make_posts([0.0] * int(os.environ["EVENTS"]))
    events = iter([(post.event.type, post.event.to_json()) for post in posts])

    async def one_after_the_other() -> None:
        for type_, body in events:
            await publish(type_, body)

    async def work() -> None:
        begin = await asyncio.to_thread(_named_instant, Path(os.environ["START"]))
        await asyncio.sleep(begin - time.time())
        await asyncio.gather(*(one_after_the_other() for _ in range(_WINDOW)))

    return asyncio.create_task(work())


async def end(working: "asyncio.Task[None]") -> None:
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


def _named_instant(file: Path) -> float:
    """Wait for the file, and return the Unix time in it."""
    while not file.exists() or not file.read_text():
        time.sleep(0.02)
    return float(file.read_text())
