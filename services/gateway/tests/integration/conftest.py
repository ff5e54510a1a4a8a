"""A gateway in front of one real HTTP server that plays all services."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx2
import pytest
from common.clock import SystemClock
from common.http import ClientAddresses
from common.runtime.connections import ConnectionLimits
from common.runtime.server import HttpServer, listen
from gateway.api import create_api
from gateway.clients.forwarder import Forwarder
from gateway.factory import ProcessContext
from gateway.recent_writes.service import RecentWrites
from gateway.revocation.service import RevocationList
from gateway.settings import SERVICES, GatewaySettings
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from testing.tokens import TokenMinter


@dataclass
class Upstream:
    """The service behind the gateway. It records the requests it receives."""

    url: str = ""
    streams_ended: int = 0
    stream_ended: asyncio.Event = field(default_factory=asyncio.Event)
    documents_read: int = 0
    description: str = ""
    event_streams: list[AsyncIterator[bytes]] = field(default_factory=list)
    """The bodies of the next answers to a browser that follows a generation run."""
    last_event_ids: list[str | None] = field(default_factory=list)

    async def echo(self, request: Request) -> Response:
        body = await request.body()
        return JSONResponse(
            {
                "method": request.method,
                "raw_path": request.scope["raw_path"].decode(),
                "query": request.url.query,
                "headers": [[k, v] for k, v in request.headers.items()],
                "size": len(body),
                "connection": request.client,
            },
            headers={"X-From": "service", "Connection": "keep-alive", "Set-Cookie": "a=b"},
        )

    async def write(self, _request: Request) -> Response:
        return Response(headers={"Consistency-Token": "token-1"})

    async def stream(self, _request: Request) -> Response:
        async def events() -> AsyncIterator[bytes]:
            try:
                for number in range(1000):
                    yield f"data: {number}\n\n".encode()
                    await asyncio.sleep(0.05)
            finally:
                self.streams_ended += 1
                self.stream_ended.set()

        return StreamingResponse(events(), media_type="text/event-stream")

    async def follow(self, request: Request) -> Response:
        self.last_event_ids.append(request.headers.get("last-event-id"))
        return StreamingResponse(self.event_streams.pop(0), media_type="text/event-stream")

    async def breaks(self, _request: Request) -> Response:
        async def half() -> AsyncIterator[bytes]:
            yield b"half"
            await asyncio.sleep(0.1)
            raise ConnectionAbortedError

        return StreamingResponse(half())

    async def export(self, _request: Request) -> Response:
        async def lines() -> AsyncIterator[bytes]:
            for _ in range(1000):
                yield b"{}\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def silent(self, _request: Request) -> Response:
        await asyncio.sleep(30)
        return Response()

    async def openapi(self, _request: Request) -> Response:
        self.documents_read += 1
        me = {"responses": {}, "description": self.description}
        return JSONResponse({"paths": {"/api/auth/me": {"get": me}}, "components": {"schemas": {}}})


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, limits: ConnectionLimits | None = None) -> AsyncIterator[str]:
    listener = listen("127.0.0.1", 0)
    server = HttpServer(app, limits, idle_seconds=0, drain_seconds=1)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    made = Upstream()
    everywhere = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    app = Starlette(
        routes=[
            Route("/openapi.json", made.openapi),
            Route("/api/content/stream", made.stream),
            Route("/api/content/generations/g1/events", made.follow),
            Route("/api/content/export", made.export),
            Route("/api/content/breaks", made.breaks),
            Route("/api/content/silent", made.silent),
            Route("/api/content/writes", made.write, methods=["POST"]),
            Route("/{path:path}", made.echo, methods=everywhere),
        ]
    )
    async with serving(app) as made.url:
        yield made


@pytest.fixture
def minter() -> TokenMinter:
    return TokenMinter()


@pytest.fixture
def own_settings() -> dict[str, Any]:
    """Settings that differ from the defaults; a module overrides this."""
    return {}


@pytest.fixture
async def context(
    upstream: Upstream, minter: TokenMinter, own_settings: dict[str, Any]
) -> AsyncIterator[ProcessContext]:
    urls: dict[str, Any] = {f"{service}_url": upstream.url for service in SERVICES} | {
        "billing_url": "http://127.0.0.1:9"
    }
    settings = GatewaySettings(
        amqp_url=SecretStr("amqp://127.0.0.1:9/"), max_body_bytes=100_000, **urls, **own_settings
    )
    made = ProcessContext(
        settings=settings,
        token_verifier=minter.verifier(),
        revocations=RevocationList(SystemClock()),
        recent_writes=RecentWrites(SystemClock()),
        forwarder=Forwarder(connect_seconds=1, silence_seconds=1, max_body_bytes=settings.max_body_bytes),
        client_addresses=ClientAddresses(settings.trusted_proxies, settings.trusted_proxy_header),
    )
    yield made
    await made.close()


@pytest.fixture
async def client(context: ProcessContext) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        serving(create_api(context), context.settings.connection_limits) as url,
        httpx2.AsyncClient(base_url=url) as opened,
    ):
        yield opened


@pytest.fixture
async def raw(client: httpx2.AsyncClient) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that can disconnect during a response and that sees a broken connection."""
    async with aiohttp.ClientSession(base_url=str(client.base_url)) as session:
        yield session
