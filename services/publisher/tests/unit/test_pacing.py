"""Pauses, the circuit breaker, and rate limit headers."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publisher.clients.ayrshare.circuit_breaker import CircuitBreaker, ProviderCircuitOpenError
from publisher.clients.ayrshare.rate_limit import RateLimit, rate_limit
from publisher.provider.rules import full_jitter

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Time:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> CircuitBreaker:
    return CircuitBreaker(failures=3, pause=15 * SECOND, longest=60 * SECOND, random=Random(1), monotonic=time)


def fail(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        permit = breaker.permit()
        permit.failed()
        permit.release()


@given(seed=st.integers(), tries=st.integers(0, 10_000), base=st.floats(0.1, 3600))
def test_a_pause_lies_between_zero_and_the_doubled_base(seed: int, tries: int, base: float) -> None:
    longest = timedelta(minutes=15)
    pause = full_jitter(Random(seed), timedelta(seconds=base), tries, longest=longest)
    assert timedelta(0) <= pause <= min(longest, timedelta(seconds=base * 2 ** min(max(tries - 1, 0), 20)))


def test_simultaneous_failures_are_not_retried_simultaneously() -> None:
    random = Random(20261122)
    pauses = [full_jitter(random, 60 * SECOND, 1).total_seconds() for _ in range(600)]
    per_ten_seconds = [sum(low <= pause < low + 10 for pause in pauses) for low in range(0, 60, 10)]
    assert min(per_ten_seconds) > 60


def test_the_circuit_opens_after_failures_in_a_row_and_an_answer_resets_the_count(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    breaker.permit().answered()
    fail(breaker, 2)
    states = [breaker.state]
    fail(breaker)
    assert [*states, breaker.state] == ["closed", "open"]
    assert not breaker.permit().granted


def test_one_call_at_a_time_probes_and_its_answer_closes_the_circuit(breaker: CircuitBreaker, time: Time) -> None:
    fail(breaker, 3)
    time.seconds += 15
    probe = breaker.permit()
    assert probe.granted
    assert not breaker.permit().granted
    probe.answered()
    probe.release()
    assert breaker.state == "closed"
    assert breaker.permit().granted


def test_a_failed_probe_doubles_the_pause_up_to_the_longest(breaker: CircuitBreaker, time: Time) -> None:
    fail(breaker, 3)
    for seconds in (15, 30, 60, 60):
        time.seconds += seconds - 0.1
        assert not breaker.permit().granted
        time.seconds += 0.2
        fail(breaker)
        assert breaker.state == "open"


def test_an_unused_probe_passes_to_the_next_row(breaker: CircuitBreaker, time: Time) -> None:
    """The row was refused by its checks and made no call, so the next row may probe."""
    fail(breaker, 3)
    time.seconds += 16
    unneeded = breaker.permit()
    unneeded.release()
    assert breaker.state == "probing"
    assert breaker.permit().granted


def test_a_late_answer_to_an_earlier_call_does_not_close_the_circuit(breaker: CircuitBreaker) -> None:
    early = breaker.permit()
    fail(breaker, 3)
    early.answered()
    assert breaker.state == "open"


def test_a_failure_that_affects_every_call_opens_the_circuit_at_once(breaker: CircuitBreaker) -> None:
    breaker.permit().failed(at_once=True)
    assert breaker.state == "open"


def test_a_report_without_a_permit_does_not_count(breaker: CircuitBreaker) -> None:
    fail(breaker, 3)
    refused = breaker.permit()
    refused.answered()
    assert breaker.state == "open"


def test_the_wait_lasts_until_the_probe_plus_jitter(breaker: CircuitBreaker) -> None:
    fail(breaker, 3)
    waits = {breaker.wait() for _ in range(20)}
    assert len(waits) > 1
    assert all(15 * SECOND <= wait <= 20 * SECOND for wait in waits)


async def test_the_check_fails_while_the_circuit_is_open(breaker: CircuitBreaker) -> None:
    await breaker.check()
    fail(breaker, 3)
    with pytest.raises(ProviderCircuitOpenError):
        await breaker.check()


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ({}, RateLimit()),
        ({"x-ratelimit-max": "300", "x-ratelimit-count": "281"}, RateLimit(most=300, remaining=19)),
        ({"x-ratelimit-max": "300", "x-ratelimit-count": "312"}, RateLimit(most=300, remaining=0)),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "90000"}, RateLimit(remaining=7, resets_in=90)),
        ({"x-ratelimit-reset": str((NOW.timestamp() + 42) * 1000)}, RateLimit(resets_in=42)),
        ({"x-ratelimit-reset": "99999999"}, RateLimit(resets_in=300)),
        ({"retry-after": "17"}, RateLimit(retry_after=17)),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, RateLimit(retry_after=30)),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, RateLimit(retry_after=0)),
        ({"retry-after": "soon", "x-ratelimit-max": "many", "x-ratelimit-reset": "nan"}, RateLimit()),
        ({"retry-after": "-5"}, RateLimit(retry_after=0)),
        ({"retry-after": "1e400"}, RateLimit()),
    ],
)
def test_the_rate_limit_headers_of_an_answer(headers: dict[str, str], limit: RateLimit) -> None:
    assert rate_limit(headers, NOW) == limit
