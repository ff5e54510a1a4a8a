import time
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from sandbox.standin import serving
from sandbox.website import create_website

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(create_website()) as site, httpx2.AsyncClient(base_url=site.url) as http:
        yield http


async def test_both_businesses_and_their_assets_are_served(client: httpx2.AsyncClient) -> None:
    for path, kind in {
        "/harbour-physio/": "text/html",
        "/harbour-physio/journal/desk-neck/": "text/html",
        "/padaria-alfama/bakes/": "text/html",
        "/padaria-alfama/styles.css": "text/css",
        "/padaria-alfama/logo.svg": "image/svg+xml",
        "/harbour-physio/logo.png": "image/png",
        "/robots.txt": "text/plain",
        "/sitemap.xml": "application/xml",
    }.items():
        response = await client.get(path)
        assert (response.status_code, response.headers["content-type"].split(";")[0]) == (200, kind), path
    assert (await client.get("/harbour-physio/nothing")).status_code == 404
    assert (await client.get("/nobody/")).status_code == 404


async def test_absolute_urls_use_the_requested_host(client: httpx2.AsyncClient) -> None:
    page = await client.get("/padaria-alfama/")
    assert f'content="{client.base_url}/padaria-alfama/share.png"'.replace("//p", "/p") in page.text


async def test_redirects_lead_to_forbidden_targets(client: httpx2.AsyncClient) -> None:
    targets = (await client.get("/awkward/redirect-to/nothing")).json()["targets"]
    for name, target in targets.items():
        response = await client.get(f"/awkward/redirect-to/{name}")
        assert (response.status_code, response.headers["location"]) == (302, target)
    loop = await client.get("/awkward/redirect-loop")
    assert loop.headers["location"] == "/awkward/redirect-loop"


async def test_a_chain_of_redirects_ends_at_the_clinic(client: httpx2.AsyncClient) -> None:
    response = await client.get("/awkward/redirect-chain/3", follow_redirects=True)
    assert len(response.history) == 4
    assert "Harbour Physio" in response.text


async def test_size_and_type_can_be_wrong_on_request(client: httpx2.AsyncClient) -> None:
    undeclared = await client.get("/awkward/huge?bytes=200000")
    assert (len(undeclared.content), "content-length" in undeclared.headers) == (200_000, False)
    declared = await client.head("/awkward/huge?bytes=200000&declared=1")
    assert declared.headers["content-length"] == "200000"
    assert (await client.get("/awkward/wrong-type")).headers["content-type"] == "application/pdf"
    assert "content-type" not in (await client.get("/awkward/no-type")).headers


async def test_the_slow_page_waits_and_then_responds(client: httpx2.AsyncClient) -> None:
    began = time.monotonic()
    response = await client.get("/awkward/slow?seconds=0.2")
    assert response.status_code == 200
    assert time.monotonic() - began >= 0.2
