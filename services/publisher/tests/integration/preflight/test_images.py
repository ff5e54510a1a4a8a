"""The image is fetched as the network would fetch it."""

import asyncio
from typing import Any

import pytest

from .support import Storage, failures, run_preflight, stored_preflight, upcoming_post


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 410])
async def test_a_missing_image_is_reported_after_three_preflights(world: Any, storage: Storage, status: int) -> None:
    storage.status, storage.header = status, f"Location: http://127.0.0.1:{storage.port}/elsewhere"
    await upcoming_post(world)
    await run_preflight(world)
    await run_preflight(world)
    assert await failures(world) == [], "a short failure is not reported"
    await run_preflight(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 3, "no redirect is followed"


@pytest.mark.invariant("P2", "P3")
async def test_a_changed_image_is_reported_at_once(world: Any, storage: Storage) -> None:
    storage.body = b"another image altogether"
    await upcoming_post(world)
    await run_preflight(world)
    assert await failures(world) == ["media_changed"]


@pytest.mark.invariant("M4")
async def test_an_oversized_image_is_not_read_to_the_end(world: Any, storage: Storage) -> None:
    storage.body = b"x" * 8_100_000
    await upcoming_post(world, "INSTAGRAM")
    await run_preflight(world)
    assert await failures(world) == ["image_too_large"]


@pytest.mark.invariant("M4")
async def test_a_slow_image_is_abandoned_after_the_timeout(world: Any, storage: Storage) -> None:
    storage.delay = 0.5
    world.context.media._seconds = 0.2
    await upcoming_post(world)
    await run_preflight(world)
    assert await failures(world) == []
    assert (await stored_preflight(world)).tries == 1
    await asyncio.sleep(0.4)  # the server's end of the connection


@pytest.mark.invariant("M4")
async def test_only_web_addresses_are_called(world: Any, storage: Storage) -> None:
    await upcoming_post(world, url="file:///etc/passwd")
    for _ in range(3):
        await run_preflight(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 0
