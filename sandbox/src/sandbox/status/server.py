"""Serves the status page, on this machine only."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from sandbox.stack.stack import Stack
from sandbox.standin.server import serving
from sandbox.status.page import FOLDER, render
from sandbox.status.reader import StatusReader


@asynccontextmanager
async def status_page(stack: Stack) -> AsyncIterator[str]:
    """Serve the page of a running stack until the block ends; yield its address."""
    # it would print each failed connection to the terminal, and the page says it
    logging.getLogger("aiormq").addHandler(logging.NullHandler())
    async with serving(create_app(StatusReader(stack)), port=stack.wiring.ports["status"]) as running:
        yield f"{running.url}/"


def create_app(reader: StatusReader) -> Starlette:
    """Return the application: the page, its style and its script."""

    async def page(_request: Request) -> Response:
        headers = {"Content-Security-Policy": _policy(reader.pictures), "Cache-Control": "no-store"}
        return HTMLResponse(render(await reader.read()), headers=headers | {"X-Content-Type-Options": "nosniff"})

    async def style(_request: Request) -> Response:
        return FileResponse(FOLDER / "page.css", media_type="text/css")

    async def script(_request: Request) -> Response:
        return FileResponse(FOLDER / "page.js", media_type="text/javascript")

    routes = [Route("/", page), Route("/page.css", style), Route("/page.js", script)]
    # a page elsewhere could otherwise read it by a name that it lets resolve to this machine
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[hosts])


def _policy(pictures: str | None) -> str:
    parts = urlsplit(pictures or "")
    images = f"data: {parts.scheme}://{parts.netloc}" if pictures else "data:"
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src {images}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
