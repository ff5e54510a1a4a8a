"""Progress as server-sent events, over a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from common.ids import new_id
from content.api import create_api
from sandbox.standin.server import serving
from sqlalchemy import QueuePool

from .conftest import NewTenant, StandIn, Tenant


@asynccontextmanager
async def _served(tenant: Tenant) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        serving(create_api(tenant.context)) as server,
        httpx2.AsyncClient(base_url=server.url, headers=tenant.minter.headers(tenant.account_id)) as client,
    ):
        yield client


async def _kinds(lines: AsyncIterator[str], count: int) -> list[str]:
    kinds: list[str] = []
    while len(kinds) < count:
        line = await anext(lines)
        if line.startswith("event: "):
            kinds.append(line.removeprefix("event: "))
    return kinds


async def test_the_stream_is_live_and_ends_with_the_generation(online: Tenant) -> None:
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


async def test_a_stream_resumes_after_the_last_event_id(tenant: Tenant) -> None:
    await tenant.brief()
    generation_id = await tenant.start(2)
    await tenant.finished(generation_id)
    whole = await tenant.progress(generation_id)

    rest = await tenant.progress(generation_id, after=whole[2].number)
    nothing = await tenant.progress(generation_id, after=whole[-1].number)
    beyond = await tenant.progress(generation_id, after=2147483647)

    assert rest == whole[3:]
    assert nothing == beyond == []


async def test_after_a_retry_the_stream_begins_with_the_latest_run(tenant: Tenant, openai: StandIn) -> None:
    """Otherwise a late client would take the earlier run's end for the end."""
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 0,')
    generation_id = await tenant.start(1)
    await tenant.finished(generation_id)
    earlier = await tenant.progress(generation_id)
    await openai.control("DELETE", "outcomes")
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)
    await tenant.finished(generation_id)

    assert [event.kind for event in await tenant.progress(generation_id)] == ["started", "post_ready", "finished"]
    rest = await tenant.progress(generation_id, after=earlier[-1].number)
    assert [event.kind for event in rest] == ["started", "post_ready", "finished"]


@pytest.mark.invariant("T2")
async def test_invalid_stream_requests_return_a_problem(tenant: Tenant, new_tenant: NewTenant) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)

    for caller, path_id, last_event_id, status in (
        (tenant, str(new_id()), None, 404),
        (new_tenant(), generation_id, None, 404),
        (tenant, "seven", None, 422),
        (tenant, generation_id, "-1", 422),
        (tenant, generation_id, "2147483648", 422),
        (tenant, generation_id, "last", 422),
    ):
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        answer = await caller.request("GET", f"/content/generations/{path_id}/events", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_disconnected_client_frees_its_database_connection(tenant: Tenant) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)
    async with _served(tenant) as client:
        for _ in range(30):  # more than the pool size
            async with client.stream("GET", f"/api/content/generations/{generation_id}/events") as stream:
                assert stream.status_code == 200
        assert (await client.get(f"/api/content/generations/{generation_id}")).status_code == 200

        async def none_held() -> bool:
            pool = tenant.context.database.engine.pool
            assert isinstance(pool, QueuePool)
            return pool.checkedout() == 0

        await tenant.until(none_held, seconds=3)
