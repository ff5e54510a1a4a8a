"""A circuit breaker for all calls to Ayrshare, in the memory of one process.

While calls in a row stay unanswered, no post is used up to test the provider: nothing is sent, deliveries are deferred
without using an attempt, and one call at a time probes.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Literal

import structlog
from prometheus_client import Gauge

log = structlog.get_logger(__name__)

OPEN = Gauge("pulseworks_provider_circuit_open", "1 while nothing is sent because the provider does not answer.")

_SPREAD_SECONDS = 5.0
_PROBE_SECONDS = 1.0

State = Literal["closed", "open", "probing"]


class ProviderCircuitOpenError(RuntimeError):
    """The provider has not answered for a while; due rows wait."""


class CircuitBreaker:
    """Opens after ``failures`` in a row; after ``pause`` (doubling up to ``longest``) it lets one call probe."""

    def __init__(
        self, *, failures: int, pause: timedelta, longest: timedelta, random: Random, monotonic: Callable[[], float]
    ) -> None:
        self._threshold = failures
        self._pause = pause.total_seconds()
        self._longest = longest.total_seconds()
        self._random = random
        self._monotonic = monotonic
        self._consecutive = 0
        self._openings = 0
        self._open_until = 0.0
        self._state: State = "closed"
        self._probe: Permit | None = None

    @property
    def state(self) -> State:
        return self._state

    def permit(self) -> "Permit":
        """Request one call. The permit says whether it is granted; the caller reports the result, then releases it."""
        if self._state == "open" and self._monotonic() >= self._open_until:
            self._state = "probing"
        granted = self._state == "closed" or (self._state == "probing" and self._probe is None)
        permit = Permit(self, granted=granted)
        if granted and self._state == "probing":
            self._probe = permit
        return permit

    def wait(self) -> timedelta:
        """Return how long to wait before the next request, with jitter so that rows don't return at once."""
        wait = self._open_until - self._monotonic() if self._state == "open" else _PROBE_SECONDS
        return timedelta(seconds=max(wait, _PROBE_SECONDS) + self._random.uniform(0.0, _SPREAD_SECONDS))

    async def check(self) -> None:
        """Raise ProviderCircuitOpenError unless the circuit is closed."""
        if self._state != "closed":
            raise ProviderCircuitOpenError

    def answered(self, permit: "Permit") -> None:
        self._consecutive = 0
        # an answer to a call from before the opening says nothing about the present
        if permit is self._probe:
            self._openings = 0
            self._state = "closed"
            OPEN.set(0)
            log.info("provider_circuit_closed")

    def failed(self, permit: "Permit", *, at_once: bool) -> None:
        self._consecutive += 1
        if permit is self._probe or (self._state == "closed" and (at_once or self._consecutive >= self._threshold)):
            self._open()

    def released(self, permit: "Permit") -> None:
        if permit is self._probe:
            self._probe = None

    def _open(self) -> None:
        pause = min(self._pause * 2 ** min(self._openings, 20), self._longest)
        self._openings += 1
        self._open_until = self._monotonic() + pause
        self._state = "open"
        OPEN.set(1)
        log.warning("provider_circuit_opened", failures=self._consecutive, seconds=pause)


class Permit:
    """Permission for one call, if it was granted. Without a report the call does not count."""

    def __init__(self, breaker: CircuitBreaker, *, granted: bool) -> None:
        self._breaker = breaker
        self.granted = granted

    def answered(self) -> None:
        """Report a definite answer of the provider, a refusal included."""
        if self.granted:
            self._breaker.answered(self)

    def failed(self, *, at_once: bool = False) -> None:
        """Report that no answer came. ``at_once``: every other call would fail too, so open immediately."""
        if self.granted:
            self._breaker.failed(self, at_once=at_once)

    def release(self) -> None:
        self._breaker.released(self)
