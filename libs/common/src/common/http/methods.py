"""Methods that every path has: HEAD where there is GET, and OPTIONS, which names the others (RFC 9110, section 9)."""

import re
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MethodsMiddleware", "allow_header", "allowed_methods"]

_NO_CONTENT = 204


class MethodsMiddleware:
    """Answers OPTIONS, and runs HEAD as the GET of its path. The server sends no body for HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        allowed = allowed_methods(scope["app"], scope["path"])
        if scope["method"] == "OPTIONS" and allowed:
            response = Response(status_code=_NO_CONTENT, headers={"Allow": allow_header(allowed)})
            await response(scope, receive, send)
        elif scope["method"] == "HEAD" and "GET" in allowed:
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)


def allowed_methods(app: FastAPI, path: str) -> frozenset[str]:
    """Return the methods of all routes that match a path; empty if there is none."""
    methods = {method for pattern, methods in _routes(app) if pattern.match(path) for method in methods}
    if not methods:
        return frozenset()
    return frozenset(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))


def allow_header(methods: Iterable[str]) -> str:
    return ", ".join(sorted(methods))


def _routes(app: FastAPI) -> Iterator[tuple[re.Pattern[str], Iterable[str]]]:
    for context in iter_route_contexts(app.routes):
        if context.methods:
            yield context.path_regex, context.methods


def _without_body(send: Send) -> Send:
    """Return a channel that completes the response with its headers: a stream would never end otherwise."""
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.body":
            if ended:
                return
            ended = True
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    return send_head
