"""Calls to providers: each has a span, and its duration is observed with its outcome."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType

from prometheus_client import Histogram

from common.tracing import call_span

__all__ = ["ProviderCall", "provider_call"]

SECONDS = Histogram(
    "pulseworks_provider_call_seconds",
    "Duration of calls to providers. Outcomes: ok, refused (4xx), limited (429), failed (5xx), unanswered, cancelled.",
    ["provider", "operation", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)

_REFUSED, _LIMITED, _FAILED = 400, 429, 500


class ProviderCall:
    """A call in progress. Without a status, a call that raises is unanswered and any other one is ok."""

    status: int | None = None
    """The HTTP status of the answer."""


@contextmanager
def provider_call(
    provider: str, operation: str, status_of: Callable[[Exception], int | None] = lambda _error: None
) -> Iterator[ProviderCall]:
    """Run a call under a client span and observe it. ``operation`` is a label: it must have few values.

    ``status_of`` returns the HTTP status of an SDK's error; None: there was no answer.
    """
    call = ProviderCall()
    started = time.perf_counter()

    def observe(_kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        outcome = _outcome(call, error, status_of)
        SECONDS.labels(provider, operation, outcome).observe(time.perf_counter() - started)

    with ExitStack() as stack:
        stack.push(observe)
        stack.enter_context(call_span(provider, operation))
        yield call


def _outcome(call: ProviderCall, error: BaseException | None, status_of: Callable[[Exception], int | None]) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if error is None:
        return _outcome_of(call.status or 0)
    status = call.status or (status_of(error) if isinstance(error, Exception) else None)
    return "unanswered" if status is None else _outcome_of(status)


def _outcome_of(status: int) -> str:
    if status >= _FAILED:
        return "failed"
    if status == _LIMITED:
        return "limited"
    return "refused" if status >= _REFUSED else "ok"
