"""`/docs`, `/openapi.json`, `/asyncapi` and `/asyncapi.json`."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

import aiohttp
from common.clock import Clock
from common.http import problem_response
from common.http.request_context import REQUEST_ID_HEADER, request_id_of
from common.runtime.specification import asyncapi_document
from fastapi import status
from fastapi.openapi.docs import get_swagger_ui_html
from pulseworks_contracts import Names
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import documents
from gateway.documentation.errors import MethodNotAllowedError
from gateway.documentation.schemas import Document
from gateway.documentation.service import OpenApiService
from gateway.documents.asyncapi import page

_STYLE_SHEET = "/asyncapi/style.css"
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_ALLOW = {"Allow": "GET, HEAD, OPTIONS"}
_NO_FRAMES = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_OWN_STYLE_ONLY = {"Content-Security-Policy": f"default-src 'none'; style-src 'self'; img-src 'self'; {_NO_FRAMES}"}
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


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
        load = self._documents.get(scope["path"]) if scope["type"] == "http" else None
        handler: ASGIApp = self._app
        if load is not None:
            handler = await _response(scope, load)
        await handler(scope, receive, send)


async def _response(scope: Scope, load: Callable[[], Awaitable[Document]]) -> Response:
    if scope["method"] in {"GET", "HEAD"}:
        return (await load()).response(Headers(scope=scope))
    if scope["method"] == "OPTIONS":
        return Response(status_code=status.HTTP_204_NO_CONTENT, headers=_ALLOW)
    request_id = scope.setdefault("state", {}).setdefault("request_id", request_id_of(scope))
    headers = _ALLOW | {REQUEST_ID_HEADER: request_id}
    return problem_response(scope, MethodNotAllowedError(f"{scope['path']} can only be read.", headers=headers))


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
    return Document(bytes(html.body), "text/html", {"Content-Security-Policy": _swagger_policy(bytes(html.body))})


def _swagger_policy(html: bytes) -> str:
    """Return a policy under which the page loads its own files, runs its own script and calls this gateway only.

    Swagger UI sets styles from its script and has images in its style sheet.
    """
    scripts = (match[1].encode() for match in _INLINE_SCRIPT.finditer(html.decode()))
    hashes = " ".join(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"connect-src 'self'; {_NO_FRAMES}"
    )


def _asyncapi_page(document: dict[str, Any], names: Names) -> Document:
    return Document(page(document, names, style_sheet=_STYLE_SHEET).encode(), "text/html", _OWN_STYLE_ONLY)


def _asset(name: str) -> Callable[[], Awaitable[Document]]:
    return _once(lambda: _file("fastapi_offline", f"static/{name}", _ASSETS[name], _FOR_A_DAY))


def _file(package: str, path: str, media_type: str, headers: dict[str, str]) -> Document:
    return Document((resources.files(package) / path).read_bytes(), media_type, headers)
