"""One trace across HTTP, the broker, due rows and providers (W3C Trace Context, OpenTelemetry).

https://www.w3.org/TR/trace-context/ . Without a tracer provider nothing is recorded, but a caller's context is passed
on.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.trace import TracerProvider

__all__ = [
    "call_span",
    "context_of",
    "continued",
    "is_tracing",
    "links_to",
    "message_span",
    "request_span",
    "row_span",
    "traceparent",
]

_tracer = trace.get_tracer("pulseworks")


def is_tracing() -> bool:
    """Return whether this process records spans."""
    return isinstance(trace.get_tracer_provider(), TracerProvider)


def traceparent(context: Context | None = None) -> str | None:
    """Return the current span, or that of ``context``, as a ``traceparent``; None without one."""
    carrier: dict[str, str] = {}
    inject(carrier, context)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> Context:
    """Return the context of ``traceparent``, for spans that have it as their parent."""
    return extract({"traceparent": traceparent} if traceparent else {}, Context())


def links_to(traceparent: str | None) -> list[trace.Link]:
    """Return a link to a much earlier span: a new trace is easier to read than one of several days."""
    span = trace.get_current_span(context_of(traceparent)).get_span_context()
    return [trace.Link(span)] if span.is_valid else []


def request_span(method: str, headers: Mapping[str, str], *, request_id: str) -> AbstractContextManager[object]:
    """Run a request under a server span that continues the caller's trace, if the headers name one."""
    carrier = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
    if not carrier and not is_tracing():
        return nullcontext()
    return _tracer.start_as_current_span(
        method, context=extract(carrier), kind=trace.SpanKind.SERVER, attributes={"request_id": request_id}
    )


def message_span(destination: str, traceparent: str | None) -> trace.Span:
    """Start a consumer span as a child of the span that sent the message. The caller ends it."""
    return _tracer.start_span(f"{destination} process", context=context_of(traceparent), kind=trace.SpanKind.CONSUMER)


def continued(traceparent: str | None) -> AbstractContextManager[object]:
    """Make the span of ``traceparent`` the current one, for what belongs to it after its end."""
    return trace.use_span(trace.get_current_span(context_of(traceparent)))


def row_span(table: str, traceparent: str | None) -> AbstractContextManager[trace.Span]:
    """Run a due row under a span that is a child of the one that created the row."""
    return _tracer.start_as_current_span(f"run {table}", context=context_of(traceparent))


def call_span(provider: str, operation: str) -> AbstractContextManager[trace.Span]:
    """Run a call to a provider under a client span: ``Ayrshare POST /post``."""
    attributes = {"peer.service": provider}
    return _tracer.start_as_current_span(f"{provider} {operation}", kind=trace.SpanKind.CLIENT, attributes=attributes)
