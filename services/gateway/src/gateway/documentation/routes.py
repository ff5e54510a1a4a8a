"""`/docs`, `/openapi.json`, `/asyncapi` and `/asyncapi.json`."""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib import resources
from typing import Any

import aiohttp
from common.clock import Clock
from common.runtime.specification import asyncapi_document
from fastapi.openapi.docs import get_swagger_ui_html
from pulseworks_contracts import Names
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import documents
from gateway.documentation.schemas import Document
from gateway.documentation.service import OpenApiService
from gateway.documents.asyncapi import page

_STYLE_SHEET = "/asyncapi/style.css"
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_OWN_STYLE_ONLY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
}


class DocumentationMiddleware:
    """Serves the documentation of the whole API. FastAPI's own /openapi.json would list the gateway's routes only."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        upstreams: dict[str, str],
        session: Callable[[], aiohttp.ClientSession],
        namespace: str,
        clock: Clock,
    ) -> None:
        self._app = app
        asyncapi = cache(lambda: asyncapi_document(title="PulseWorks: events", namespace=namespace))
        self._documents: dict[str, Callable[[], Awaitable[Document]]] = {
            "/": _once(_swagger_page),
            "/docs": _once(_swagger_page),
            "/openapi.json": OpenApiService(upstreams, session, clock).document,
            "/asyncapi": _once(lambda: _asyncapi_page(asyncapi(), Names(namespace))),
            "/asyncapi.json": _once(lambda: Document.of_json(asyncapi())),
            _STYLE_SHEET: _once(lambda: _file(documents.__name__, "asyncapi.css", "text/css", {})),
            **{f"/docs/{name}": _asset(name) for name in _ASSETS},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        load = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            load = self._documents.get(scope["path"])
        handler = self._app if load is None else (await load()).response(Headers(scope=scope))
        await handler(scope, receive, send)


def _once(make: Callable[[], Document]) -> Callable[[], Awaitable[Document]]:
    """Return a loader that creates the document on first use and keeps it."""
    cached = cache(make)

    async def load() -> Document:
        return cached()

    return load


def _swagger_page() -> Document:
    html = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="PulseWorks API",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon.png",
        swagger_ui_parameters={"docExpansion": "none", "persistAuthorization": True},
    )
    return Document(bytes(html.body), "text/html")


def _asyncapi_page(document: dict[str, Any], names: Names) -> Document:
    return Document(page(document, names, style_sheet=_STYLE_SHEET).encode(), "text/html", _OWN_STYLE_ONLY)


def _asset(name: str) -> Callable[[], Awaitable[Document]]:
    return _once(lambda: _file("fastapi_offline", f"static/{name}", _ASSETS[name], _FOR_A_DAY))


def _file(package: str, path: str, media_type: str, headers: dict[str, str]) -> Document:
    return Document((resources.files(package) / path).read_bytes(), media_type, headers)
