import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import httpx2
import pytest
from gateway.documentation.service import REFRESH_AFTER, OpenApiService
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


async def test_openapi_merges_the_services_and_names_the_unavailable_one(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert "/api/auth/me" in document["paths"]
    assert "billing" in document["info"]["description"]


@pytest.mark.parametrize("path", ["/docs", "/asyncapi"])
async def test_a_page_loads_nothing_from_another_host(path: str, client: httpx2.AsyncClient) -> None:
    page = await client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//|url\((?!["']?/)""", page.text)


async def test_the_asyncapi_page_may_load_only_its_own_style_sheet(client: httpx2.AsyncClient) -> None:
    page = await client.get("/asyncapi")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert '<link rel="stylesheet" href="/asyncapi/style.css">' in page.text


async def test_the_asyncapi_document_is_served(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/asyncapi.json")).json()["asyncapi"] == "3.0.0"


async def test_only_the_listed_files_are_served(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs/../settings.py")).status_code == 404
    assert (await client.get("/asyncapi/asyncapi.html")).status_code == 404


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_is_not_sent_to_a_client_that_has_it(path: str, client: httpx2.AsyncClient) -> None:
    tag = (await client.get(path)).headers["etag"]
    known = await client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_head_returns_the_headers_of_get_without_a_body(path: str, client: httpx2.AsyncClient) -> None:
    full, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == full.headers[name]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_concurrent_requests_share_one_refresh(upstream: Upstream, session: aiohttp.ClientSession) -> None:
    clock = ManualClock()
    openapi = OpenApiService({"identity": upstream.url, "content": upstream.url}, lambda: session, clock)
    first, *others = await asyncio.gather(*(openapi.document() for _ in range(10)))
    assert all(other is first for other in others)
    clock.advance(REFRESH_AFTER - timedelta(seconds=1))
    assert await openapi.document() is first
    assert upstream.documents_read == 2
    clock.advance(timedelta(seconds=1))
    await openapi.document()
    assert upstream.documents_read == 4


async def test_the_document_is_rebuilt_only_when_a_service_changes_its_own(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    clock = ManualClock()
    openapi = OpenApiService({"identity": upstream.url}, lambda: session, clock)
    first = await openapi.document()
    clock.advance(REFRESH_AFTER)
    assert await openapi.document() is first
    upstream.description = "Return the current user."
    clock.advance(REFRESH_AFTER)
    assert b"Return the current user." in (await openapi.document()).body
    assert upstream.documents_read == 3


async def test_an_unavailable_service_is_fetched_again_at_the_next_request(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    upstreams = {"identity": upstream.url, "content": DOWN}
    openapi = OpenApiService(upstreams, lambda: session, ManualClock())
    assert b"Currently unavailable" in (await openapi.document()).body
    upstreams["content"] = upstream.url
    assert b"Currently unavailable" not in (await openapi.document()).body


async def test_a_client_that_disconnects_does_not_cancel_the_refresh_for_others(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    openapi = OpenApiService({"identity": upstream.url}, lambda: session, ManualClock())
    disconnecting, waiting = (asyncio.create_task(openapi.document()) for _ in range(2))
    await asyncio.sleep(0)
    disconnecting.cancel()
    assert b"/api/auth/me" in (await waiting).body
    assert upstream.documents_read == 1
