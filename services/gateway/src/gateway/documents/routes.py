"""`/docs`, `/openapi.json` and `/asyncapi`: what a frontend developer or a subscriber reads first."""

import asyncio
import json
from importlib import resources
from typing import Any

import aiohttp
import structlog
from common.specification import asyncapi_document
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.documents.merge import merged

log = structlog.get_logger(__name__)

_SECONDS = 5
_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}


class Documents:
    """An ASGI middleware: FastAPI's own /openapi.json would show the gateway's routes, which are none of the API's."""

    def __init__(self, app: ASGIApp, *, upstreams: dict[str, str], session: Any, namespace: str) -> None:
        self._app = app
        self._upstreams = upstreams
        self._session = session
        self._namespace = namespace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path == "/openapi.json":
            return JSONResponse(await self.openapi())
        if path == "/asyncapi":
            return JSONResponse(asyncapi_document(title="PulseWorks: events", namespace=self._namespace))
        if path in {"/docs", "/"}:
            return _page()
        if path.startswith("/docs/") and path.removeprefix("/docs/") in _ASSETS:
            return _asset(path.removeprefix("/docs/"))
        return None

    async def openapi(self) -> dict[str, Any]:
        """Return the merged document as the services describe themselves now."""
        fetched = await asyncio.gather(*(self._fetch(url) for url in self._upstreams.values()))
        return merged(dict(zip(self._upstreams, fetched, strict=True)))

    async def _fetch(self, base_url: str) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(_SECONDS), self._session().get(f"{base_url}/openapi.json") as response:
                response.raise_for_status()
                document: dict[str, Any] = json.loads(await response.read())
                return document
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("openapi_not_fetched", url=base_url, error=repr(error))
            return None


def _page() -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="PulseWorks API",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon.png",
        swagger_ui_parameters={"docExpansion": "none", "persistAuthorization": True, "tagsSorter": "alpha"},
    )


def _asset(name: str) -> Response:
    content = (resources.files("fastapi_offline") / "static" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})
