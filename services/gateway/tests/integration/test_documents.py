import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import httpx2
import pytest
from gateway.documents.openapi import KEEP, OpenApi
from testing.clock import ManualClock

from .conftest import Upstream

DOCUMENTS = [
    "/",
    "/docs",
    "/docs/swagger-ui-bundle.js",
    "/openapi.json",
    "/asyncapi",
    "/asyncapi/style.css",
    "/asyncapi.json",
]
DOWN = "http://127.0.0.1:9"


async def test_openapi_merges_the_services_and_names_the_absent_one(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert "/api/auth/me" in document["paths"]
    assert "billing" in document["info"]["description"]


@pytest.mark.parametrize("path", ["/docs", "/asyncapi"])
async def test_a_page_asks_no_other_host(path: str, client: httpx2.AsyncClient) -> None:
    page = await client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//|url\((?!["']?/)""", page.text)


async def test_the_page_of_the_events_may_load_its_own_style_and_nothing_else(client: httpx2.AsyncClient) -> None:
    page = await client.get("/asyncapi")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert '<link rel="stylesheet" href="/asyncapi/style.css">' in page.text


async def test_programs_get_the_asyncapi_document(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"


async def test_there_is_nothing_beside_the_listed_files(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs/../settings.py")).status_code == 404
    assert (await client.get("/asyncapi/asyncapi.html")).status_code == 404


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_is_not_sent_again_to_a_client_that_has_it(path: str, client: httpx2.AsyncClient) -> None:
    tag = (await client.get(path)).headers["etag"]
    known = await client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_head_answers_as_get_without_a_body(path: str, client: httpx2.AsyncClient) -> None:
    full, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == full.headers[name]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_the_services_are_asked_once_in_a_while_however_many_ask(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    clock = ManualClock()
    openapi = OpenApi({"identity": upstream.url, "content": upstream.url}, lambda: session, clock)
    first, *others = await asyncio.gather(*(openapi.document() for _ in range(10)))
    assert all(other is first for other in others)
    clock.advance(KEEP - timedelta(seconds=1))
    assert await openapi.document() is first
    assert upstream.documents_read == 2
    clock.advance(timedelta(seconds=1))
    await openapi.document()
    assert upstream.documents_read == 4


async def test_an_absent_service_is_asked_again_at_the_next_request(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    upstreams = {"identity": upstream.url, "content": DOWN}
    openapi = OpenApi(upstreams, lambda: session, ManualClock())
    assert b"Not answering right now" in (await openapi.document()).body
    upstreams["content"] = upstream.url
    assert b"Not answering right now" not in (await openapi.document()).body


async def test_a_client_that_leaves_does_not_take_the_document_from_the_others(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    openapi = OpenApi({"identity": upstream.url}, lambda: session, ManualClock())
    leaving, staying = (asyncio.create_task(openapi.document()) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert b"/api/auth/me" in (await staying).body
    assert upstream.documents_read == 1
