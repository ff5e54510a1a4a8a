"""How long a process takes to stop: one sum for its own limits, for docker-compose.yml, for k8s/ and for `make run`.

After SIGTERM the process ends at the same time

- its idle connections, after 3 s, and then its requests, within 10 s;
- the events that it handles, within 12 s;
- the rows that its due loops run, within the longest `finish_within` of these loops, and 5 s to record them.

Then it closes its connections and sends its last traces. Whoever stops it kills it after `grace_seconds`. Kubernetes
adds the time of preStop, before SIGTERM.
"""

from collections.abc import Iterable
from datetime import timedelta

from common.due.loop import FINISH_WITHIN

__all__ = ["IDLE_SECONDS", "REQUEST_SECONDS", "STOP_SECONDS", "grace_seconds", "stop_seconds"]

IDLE_SECONDS = 3
"""A server that stops closes a connection after it was idle for so long.

The gateway closes its idle connections earlier than this, so that none is closed during a request.
"""
REQUEST_SECONDS = 10
RECORDING_SECONDS = 5
"""For the transactions of a run, and for the settlement of its row."""
CLOSING_SECONDS = 5
MARGIN_SECONDS = 5

STOP_SECONDS = max(FINISH_WITHIN.total_seconds() + RECORDING_SECONDS, IDLE_SECONDS + REQUEST_SECONDS)
"""Of a process without runs that take longer."""


def stop_seconds(finish_within: Iterable[timedelta]) -> float:
    """Return how long a worker takes to stop whose due loops have these times."""
    longest = max(finish_within, default=FINISH_WITHIN)
    return max(longest.total_seconds() + RECORDING_SECONDS, STOP_SECONDS)


def grace_seconds(seconds: float = STOP_SECONDS) -> float:
    """Return how long after SIGTERM a process may be killed whose worker takes ``seconds`` to stop."""
    return seconds + CLOSING_SECONDS + MARGIN_SECONDS
