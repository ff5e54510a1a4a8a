"""Progress as server-sent events, over a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from common.ids import new_id
from content.api import create_api
from sandbox.standin.server import serving


@asynccontextmanager
async def _served(tenant: Any) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        serving(create_api(tenant.context)) as server,
        httpx2.AsyncClient(base_url=server.url, headers=tenant.minter.headers(tenant.account_id)) as client,
    ):
        yield client


async def _kinds(lines: Any, count: int) -> list[str]:
    kinds: list[str] = []
    while len(kinds) < count:
        line = await anext(lines)
        if line.startswith("event: "):
            kinds.append(line.removeprefix("event: "))
    return kinds


async def test_the_stream_is_live_and_ends_with_the_generation(online: Any) -> None:
    await online.brief()
    generation_id = await online.start(2)
    async with (
        _served(online) as client,
        client.stream("GET", f"/api/content/generations/{generation_id}/events") as stream,
    ):
        assert (stream.status_code, stream.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        lines = stream.aiter_lines()
        running = asyncio.create_task(online.finished(generation_id))

        assert await _kinds(lines, 2) == ["started", "reading_website"]
        assert not running.done()
        rest = [line async for line in lines]

        assert rest[-1] == ""
        assert (await running)["status"] == "COMPLETED"
    assert [line for line in rest if line.startswith("event: ")][-1] == "event: finished"


async def test_a_stream_resumes_after_the_last_event_id(tenant: Any) -> None:
    await tenant.brief()
    generation_id = await tenant.start(2)
    await tenant.finished(generation_id)
    whole = await tenant.told(generation_id)

    rest = await tenant.told(generation_id, **{"Last-Event-ID": str(whole[2].number)})
    nothing = await tenant.told(generation_id, **{"Last-Event-ID": str(whole[-1].number)})
    beyond = await tenant.told(generation_id, **{"Last-Event-ID": "2147483647"})

    assert rest == whole[3:]
    assert nothing == beyond == []


async def test_after_a_retry_the_stream_begins_with_the_latest_run(tenant: Any, openai: Any) -> None:
    """A watcher that came late would take the end of the earlier run for the end."""
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 0,')
    generation_id = await tenant.start(1)
    await tenant.finished(generation_id)
    earlier = await tenant.told(generation_id)
    await openai.control("DELETE", "outcomes")
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)
    await tenant.finished(generation_id)

    assert [event.kind for event in await tenant.told(generation_id)] == ["started", "post_ready", "finished"]
    rest = await tenant.told(generation_id, **{"Last-Event-ID": str(earlier[-1].number)})
    assert [event.kind for event in rest] == ["started", "post_ready", "finished"]


@pytest.mark.invariant("T2")
async def test_invalid_stream_requests_return_a_problem(tenant: Any, new_tenant: Any) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)

    for own, path_id, headers, status in (
        (tenant, new_id(), {}, 404),
        (new_tenant(), generation_id, {}, 404),
        (tenant, "seven", {}, 422),
        (tenant, generation_id, {"Last-Event-ID": "-1"}, 422),
        (tenant, generation_id, {"Last-Event-ID": "2147483648"}, 422),
        (tenant, generation_id, {"Last-Event-ID": "last"}, 422),
    ):
        answer = await own.request("GET", f"/content/generations/{path_id}/events", **headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_disconnected_client_frees_its_database_connection(tenant: Any) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)
    async with _served(tenant) as client:
        for _ in range(30):  # more than the pool has
            async with client.stream("GET", f"/api/content/generations/{generation_id}/events") as stream:
                assert stream.status_code == 200
        assert (await client.get(f"/api/content/generations/{generation_id}")).status_code == 200

        async def none_held() -> bool:
            return tenant.context.database.engine.pool.checkedout() == 0

        await tenant.until(none_held, seconds=3)
