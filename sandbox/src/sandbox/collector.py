"""A stand-in for an OpenTelemetry collector: stores the spans that services export over OTLP/HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    linked_traces: tuple[str, ...]
    request_id: str


class Collector:
    """Listens on a free port of 127.0.0.1: ``async with Collector() as collector: collector.url``."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.url = ""
        self._arrived = asyncio.Event()
        self._runner = web.AppRunner(self._app(), access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def trace(self, request_id: str, *, until: str, seconds: float = 20) -> dict[str, Span]:
        """Wait for a span whose name starts with ``until`` in the trace of a request; return its spans by id."""
        async with asyncio.timeout(seconds):
            while not (found := {span.trace_id for span in self.spans if span.request_id == request_id}):
                await self._arrival()
            (trace_id,) = found
            while not any(span.trace_id == trace_id and span.name.startswith(until) for span in self.spans):
                await self._arrival()
        await asyncio.sleep(1.0)  # each service exports on its own schedule
        return {span.span_id: span for span in self.spans if span.trace_id == trace_id}

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_post("/v1/traces", self._receive)
        return app

    async def _arrival(self) -> None:
        self._arrived.clear()
        await self._arrived.wait()

    async def _receive(self, request: web.Request) -> web.Response:
        export = ExportTraceServiceRequest.FromString(await request.read())
        for resource in export.resource_spans:
            attributes = {item.key: item.value.string_value for item in resource.resource.attributes}
            self.spans += [
                Span(
                    service=attributes["service.name"].removeprefix("pulseworks-"),
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    linked_traces=tuple(link.trace_id.hex() for link in span.links),
                    request_id=next((a.value.string_value for a in span.attributes if a.key == "request_id"), ""),
                )
                for scope in resource.scope_spans
                for span in scope.spans
            ]
        self._arrived.set()
        return web.Response()
