"""Calls to providers: each has a span, and its duration is observed with its outcome."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
    call, started = ProviderCall(), time.perf_counter()
    outcome = "unanswered"
    try:
        with call_span(provider, operation):
            yield call
        outcome = _outcome(call.status or 0)
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    except Exception as error:
        status = call.status or status_of(error)
        outcome = "unanswered" if status is None else _outcome(status)
        raise
    finally:
        SECONDS.labels(provider, operation, outcome).observe(time.perf_counter() - started)


def _outcome(status: int) -> str:
    if status >= _FAILED:
        return "failed"
    if status == _LIMITED:
        return "limited"
    return "refused" if status >= _REFUSED else "ok"
