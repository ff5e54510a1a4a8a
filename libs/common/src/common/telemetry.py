"""Sets up the logs, traces and metrics of a process. Nothing happens at import."""

import logging
import re
import sys
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import REGISTRY, CollectorRegistry
from structlog.types import EventDict, Processor, WrappedLogger

__all__ = ["configure_logging", "configure_tracing", "process_registry", "redact"]

_SECRET_NAME = re.compile(
    r"(?i)passw|secret|token|api[_-]?key|authorization|cookie|credential|profile[_-]?key|signing[_-]?key|signature"
)
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/@\s:]*:[^/@\s]+(?=@)")
_BEARER = re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]+")
_SECRET_IN_QUERY = re.compile(
    r"(?i)([?&][\w.%-]*(?:passw|secret|token|key|signature|credential|auth|code)[\w.%-]*=)[^&\s\"'#]+"
)
# A path segment that looks random: at least 32 characters, with small and capital letters and digits among them. Routes
# are logged by their template; this covers the messages of libraries.
_RANDOM_SEGMENT = re.compile(r"(?<=/)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{32,}")
# What a pydantic error says about the input.
_INPUT_VALUE = re.compile(r"(?<=input_value=).*?(?=, input_type=)")
_HIDDEN = "**hidden**"
_MAX_DEPTH = 6
_ROUTED = ("uvicorn", "uvicorn.error", "uvicorn.access", "aio_pika", "aiormq", "sqlalchemy", "alembic")
# These log each call at INFO, with URLs that may contain keys; uvicorn repeats what the process logs.
_QUIET = (
    "uvicorn.error",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "stripe",
    "botocore",
    "boto3",
    "urllib3",
    "aiormq",
)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide fields that are named like a secret, and credentials and invalid input in texts (a structlog processor)."""
    return {key: _clean(key, value, 0) for key, value in event.items()}


def _clean(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and value is not None and _SECRET_NAME.search(key):
        return _HIDDEN
    if isinstance(value, str):
        return _without_credentials(value)
    if depth < _MAX_DEPTH:
        if isinstance(value, dict):
            return {k: _clean(k, v, depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [_clean(None, item, depth + 1) for item in value]
    return value


def _without_credentials(text: str) -> str:
    text = _INPUT_VALUE.sub(_HIDDEN, text)
    text = _BEARER.sub(f"Bearer {_HIDDEN}", _CREDENTIALS_IN_URL.sub(_HIDDEN, text))
    return _RANDOM_SEGMENT.sub(_HIDDEN, _SECRET_IN_QUERY.sub(rf"\g<1>{_HIDDEN}", text))


def configure_logging(service: str, *, level: str = "INFO", style: str = "json") -> None:
    """Send structlog and the standard library's loggers to stderr as `json` or `console` lines."""

    def name_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
        _add_trace,
        structlog.processors.StackInfoRenderer(),
    ]
    closing: list[Processor] = (
        [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer(default=str)]
        if style == "json"
        else [structlog.processors.format_exc_info, redact, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *closing],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _ROUTED:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format(span.trace_id, "032x")
        event["span_id"] = format(span.span_id, "016x")
    return event


def configure_tracing(service: str, endpoint: str | None) -> TracerProvider | None:
    """Send spans to an OTLP/HTTP endpoint. Without an endpoint, nothing is recorded."""
    if endpoint is None:
        return None
    # Imported here: the exporter takes 0.3 s to import, and most processes run without it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: f"pulseworks-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    trace.set_tracer_provider(provider)
    return provider


def process_registry() -> CollectorRegistry:
    """Return the registry that /metrics exports: the process's default one, which the due loops use too."""
    return REGISTRY
