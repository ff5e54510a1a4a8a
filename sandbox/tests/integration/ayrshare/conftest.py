"""A stand-in on a port, a customer with both networks linked, an image server, and a webhook receiver."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from sandbox.ayrshare import AyrshareConfig, create_ayrshare
from sandbox.standin import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KEY = "test-key"


@dataclass
class Ayrshare:
    """A client of the stand-in and its controls."""

    http: httpx.AsyncClient
    profile_key: str = ""
    ref_id: str = ""

    async def call(
        self, verb: str, path: str, json: Any = None, *, profile_key: str | None = None, **extra: Any
    ) -> httpx.Response:
        """Call the API for the customer, or with `profile_key=""` for the primary profile."""
        key = self.profile_key if profile_key is None else profile_key
        headers = {"Authorization": f"Bearer {KEY}"} | ({"Profile-Key": key} if key else {})
        return await self.http.request(verb, f"/api{path}", json=json, headers=headers, **extra)

    async def post(self, text: str = "Hello", *networks: str, **fields: Any) -> httpx.Response:
        body = {"post": text, "platforms": list(networks or ("facebook",)), **fields}
        return await self.call("POST", "/post", body)

    async def new_profile(self, title: str) -> "Ayrshare":
        made = (await self.call("POST", "/profiles", {"title": title}, profile_key="")).json()
        return Ayrshare(self.http, made["profileKey"], made["refId"])

    async def link(self, **accounts: str) -> None:
        session = (await self.call("POST", "/profiles/link-sessions", {})).json()
        (await self.http.post(session["url"], json=accounts)).raise_for_status()

    async def live(self, **query: str) -> list[dict[str, Any]]:
        posts: list[dict[str, Any]] = (await self.http.get("/_control/posts", params=query)).json()["posts"]
        return posts

    async def configure(self, **changes: Any) -> None:
        (await self.http.post("/_control/config", json=changes)).raise_for_status()

    async def later(self, seconds: float) -> None:
        (await self.http.post("/_control/clock", json={"advance_seconds": seconds})).raise_for_status()

    async def history(self, **query: Any) -> list[dict[str, Any]]:
        response = await self.call("GET", "/history", params=query)
        response.raise_for_status()
        history: list[dict[str, Any]] = response.json()["history"]
        return history


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_server() -> AsyncIterator[Ayrshare]:
    config = AyrshareConfig(api_key=KEY, allow_http_media=True, allow_http_webhooks=True, media_cache_seconds=0)
    async with (
        serving(create_ayrshare(config)) as running,
        httpx.AsyncClient(base_url=running.url, timeout=5) as http,
    ):
        yield Ayrshare(http)


@pytest_asyncio.fixture(loop_scope="session")
async def server(running_server: Ayrshare) -> Ayrshare:
    """The stand-in without customers."""
    (await running_server.http.post("/_control/reset")).raise_for_status()
    return running_server


@pytest_asyncio.fixture(loop_scope="session")
async def ayrshare(server: Ayrshare) -> Ayrshare:
    """A customer with a Page and an account."""
    customer = await server.new_profile("Harbour Cafe")
    await customer.link(facebook="10001", instagram="17841001")
    return customer


@dataclass
class Pictures:
    """`url("JPEG", 1080, 1080)` is an image of that kind and size; `gone` makes every URL return 404."""

    base: str = ""
    gone: bool = False
    asked: list[str] = field(default_factory=list)

    def url(self, form: str = "JPEG", width: int = 1080, height: int = 1080) -> str:
        return f"{self.base}/{form}/{width}/{height}"

    async def serve(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.gone:
            return Response(status_code=404)
        size = (request.path_params["width"], request.path_params["height"])
        content = io.BytesIO()
        Image.new("L", size).save(content, request.path_params["form"])
        return Response(content.getvalue())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_pictures() -> AsyncIterator[Pictures]:
    made = Pictures()
    app = Starlette(routes=[Route("/{form}/{width:int}/{height:int}", made.serve)])
    async with serving(app) as running:
        made.base = running.url
        yield made


@pytest.fixture
def pictures(running_pictures: Pictures) -> Pictures:
    running_pictures.gone = False
    running_pictures.asked.clear()
    return running_pictures


@dataclass
class Receiver:
    """Receives webhooks. It responds with `statuses` one after the other and then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: Request) -> Response:
        self.taken.append((dict(request.headers), await request.body()))
        self.came.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count: int) -> None:
        """Return once `count` deliveries have arrived. Raises TimeoutError after a second."""
        async with asyncio.timeout(1):
            while len(self.taken) < count:
                self.came.clear()
                await self.came.wait()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with serving(Starlette(routes=[Route("/hook", made.take, methods=["POST"])])) as running:
        made.url = f"{running.url}/hook"
        yield made


@pytest.fixture
def receiver(running_receiver: Receiver) -> Receiver:
    running_receiver.taken.clear()
    running_receiver.statuses.clear()
    return running_receiver
