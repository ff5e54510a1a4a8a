"""Upcoming posts, their preflight, and the storage of their image."""

import asyncio
from datetime import timedelta
from typing import Any

from publisher.models import PREFLIGHTS, Preflight
from pulseworks_contracts import (
    FrozenPost,
    PreflightFailed,
)
from sqlalchemy import select
from testing import emitted

MINUTE = timedelta(minutes=1)
IMAGE = b"\xff\xd8 an image, as far as its bytes go"


class Storage:
    """Our object storage with one image and configurable failures."""

    def __init__(self) -> None:
        self.status = 200
        self.body = IMAGE
        self.header = "Server: storage"
        self.delay = 0.0
        self.asked = 0
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self.delay)
            head = [f"HTTP/1.1 {self.status} x", f"Content-Length: {len(self.body)}", "Connection: close", self.header]
            writer.write("\r\n".join([*head, "\r\n"]).encode() + self.body)
            await writer.drain()
        except OSError:
            pass  # the client has read enough
        finally:
            writer.transport.abort() if self.delay else writer.close()


async def upcoming_post(
    world: Any, platform: Any = "FACEBOOK", text: str = "A quiet morning", **media: Any
) -> FrozenPost:
    """Return a post that is approved, scheduled in half an hour and due for its preflight."""
    world.media = world.media.model_copy(update=media)
    frozen: FrozenPost = world.post(text, platform)
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.upcoming(frozen)
    return frozen


async def run_preflight(world: Any) -> int:
    turned: int = await world.run_loop(table=PREFLIGHTS)
    return turned


async def stored_preflight(world: Any) -> Preflight:
    async with world.database.transaction(world.account_id) as session:
        found: Preflight = (await session.execute(select(Preflight))).scalar_one()
    return found


async def failures(world: Any) -> list[str]:
    return [event.data.code for event in await emitted(world.database, PreflightFailed)]


async def unlink_at_ayrshare(world: Any, _frozen: FrozenPost) -> None:
    world.clock.advance(2 * MINUTE)  # a recent status is not fetched again
    await world.standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})
