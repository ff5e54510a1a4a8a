"""The image is fetched as the network would fetch it."""

import asyncio
from typing import Any

import pytest

from .looking import Storage, coming, failures, look, row


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 410])
async def test_an_image_that_is_not_there_is_told_after_three_looks(world: Any, storage: Storage, status: int) -> None:
    storage.status, storage.header = status, f"Location: http://127.0.0.1:{storage.port}/elsewhere"
    await coming(world)
    await look(world)
    await look(world)
    assert await failures(world) == [], "a moment's trouble is none"
    await look(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 3, "no redirect is followed"


@pytest.mark.invariant("P2", "P3")
async def test_other_bytes_than_the_approved_ones_are_told_now(world: Any, storage: Storage) -> None:
    storage.body = b"another image altogether"
    await coming(world)
    await look(world)
    assert await failures(world) == ["media_changed"]


@pytest.mark.invariant("M4")
async def test_an_image_without_end_is_not_read_to_the_end(world: Any, storage: Storage) -> None:
    storage.body = b"x" * 8_100_000
    await coming(world, "INSTAGRAM")
    await look(world)
    assert await failures(world) == ["image_too_large"]


@pytest.mark.invariant("M4")
async def test_an_image_that_never_comes_is_not_waited_for(world: Any, storage: Storage) -> None:
    storage.delay = 0.5
    world.context.media._seconds = 0.2
    await coming(world)
    await look(world)
    assert await failures(world) == []
    assert (await row(world)).tries == 1
    await asyncio.sleep(0.4)  # the server's end of the connection


@pytest.mark.invariant("M4")
async def test_only_addresses_of_the_web_are_called(world: Any, storage: Storage) -> None:
    await coming(world, url="file:///etc/passwd")
    for _ in range(3):
        await look(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 0
