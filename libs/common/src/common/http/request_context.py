"""The outermost middleware: request id, log context, span, duration, and the answer to an unexpected exception."""

import re
import time
from collections.abc import Iterable
from functools import cache, partial
from http import HTTPStatus

import structlog
from opentelemetry import trace
from prometheus_client import CollectorRegistry, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.database.committed import CommittedEvents, collect_committed_events
from common.http.consistency import HEADER, format_token
from common.http.failures import FailureAnswer
from common.http.loggable import loggable_path, route_template
from common.ids import new_id
from common.tracing import request_span

__all__ = ["REQUEST_ID_HEADER", "RequestContextMiddleware", "headers_of", "request_id_of"]

REQUEST_ID_HEADER = "X-Request-Id"
_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_log = structlog.get_logger(__name__)


def headers_of(scope: Scope) -> dict[str, str]:
    return {str(name, "latin-1"): str(value, "latin-1") for name, value in scope["headers"]}


def request_id_of(scope: Scope) -> str:
    """Return the request's own id if it is safe to log, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTABLE.fullmatch(value):
            return str(value, "ascii")
    return str(new_id())


@cache
def _request_seconds(registry: CollectorRegistry) -> Histogram:
    # Two applications of one process share its registry, where a name can be registered once.
    return Histogram(
        "http_request_seconds",
        "Time from the request's headers to the end of the answer, in seconds.",
        ["method", "route", "status"],
        registry=registry,
        buckets=_BUCKETS,
    )


class RequestContextMiddleware:
    def __init__(self, app: ASGIApp, registry: CollectorRegistry, *, continues_traces: bool = True) -> None:
        """Take whether the callers' traces are continued: a stranger's trace is not."""
        self._app = app
        self._continues_traces = continues_traces
        self._seconds = _request_seconds(registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with collect_committed_events() as committed:
            await self._handle(scope, receive, send, committed)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, committed: CommittedEvents) -> None:
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message.get("headers", ()), request_id, committed)
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        caller = headers_of(scope) if self._continues_traces else {}
        answering = FailureAnswer(
            scope,
            receive,
            send_with_id,
            started=lambda: status != 0,
            loggable_path=partial(loggable_path, scope),
            expected=(ClientDisconnect,),
        )
        try:
            async with answering:
                with request_span(scope["method"], caller, request_id=request_id):
                    await self._app(scope, receive, send_with_id)
                    _describe_span(scope, status)
        except ClientDisconnect:
            _log.info("client_left", method=scope["method"], path=loggable_path(scope))
        finally:
            self._observe(scope, status, time.perf_counter() - started)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        # The template instead of the path: a label per id would grow without limit.
        route = route_template(scope)
        self._seconds.labels(scope["method"], route, str(status)).observe(seconds)
        _log.debug("request_answered", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def _completed(
    headers: Iterable[tuple[bytes, bytes]], request_id: str, committed: CommittedEvents
) -> list[tuple[bytes, bytes]]:
    """Add the request's id and the token of its writes.

    Caches must not store a response that says nothing about it: most are personal.
    """
    completed = [*headers, (b"x-request-id", request_id.encode())]
    token = format_token(committed)
    if token:
        completed.append((HEADER.lower().encode(), token.encode()))
    if not any(name.lower() == b"cache-control" for name, _ in completed):
        completed.append((b"cache-control", b"no-store"))
    return completed


def _describe_span(scope: Scope, status: int) -> None:
    span = trace.get_current_span()
    if span.is_recording():
        route = route_template(scope)
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.request.method", scope["method"])
        span.set_attribute("http.route", route)
        span.set_attribute("http.response.status_code", status)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.set_status(trace.StatusCode.ERROR)
