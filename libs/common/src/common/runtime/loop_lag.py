"""How late the event loop is: a callback that computes for long delays every request and every due row."""

import asyncio
import time

from prometheus_client import Histogram

__all__ = ["measure_loop_lag"]

LAG = Histogram(
    "pulseworks_event_loop_lag_seconds",
    "How much later than requested the event loop resumes a task that sleeps.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)

_EVERY_SECONDS = 0.5


async def measure_loop_lag() -> None:
    """Measure until cancelled."""
    while True:
        due = time.monotonic() + _EVERY_SECONDS
        await asyncio.sleep(_EVERY_SECONDS)
        LAG.observe(max(0.0, time.monotonic() - due))
