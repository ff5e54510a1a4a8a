from datetime import timedelta

import pytest
from identity.clients import client_of
from identity.rate_limits import RateLimitedError, RateLimiter
from limits import parse
from starlette.requests import Request
from testing import ManualClock


def test_the_window_moves() -> None:
    clock = ManualClock()
    limiter = RateLimiter(parse("2/minute"), clock)
    limiter.hit("a")
    clock.advance(timedelta(seconds=30))
    limiter.hit("a")

    with pytest.raises(RateLimitedError) as limited:
        limiter.hit("a")
    assert limited.value.headers["Retry-After"] == "30"
    limiter.hit("b")
    clock.advance(timedelta(seconds=30))
    limiter.hit("a")
    with pytest.raises(RateLimitedError):
        limiter.hit("a")


def test_refused_attempts_do_not_prolong_the_wait() -> None:
    clock = ManualClock()
    limiter = RateLimiter(parse("1/minute"), clock)
    limiter.hit("a")
    for _ in range(5):
        clock.advance(timedelta(seconds=10))
        with pytest.raises(RateLimitedError):
            limiter.hit("a")
    clock.advance(timedelta(seconds=10))
    limiter.hit("a")


def test_memory_is_bounded_and_the_longest_unused_key_goes_first() -> None:
    limiter = RateLimiter(parse("1/hour"), ManualClock(), max_keys=2)
    for key in ("a", "b"):
        limiter.hit(key)
    with pytest.raises(RateLimitedError):
        limiter.hit("a")
    limiter.hit("c")
    limiter.hit("b")
    with pytest.raises(RateLimitedError):
        limiter.hit("b")


def test_a_forgotten_key_begins_anew() -> None:
    limiter = RateLimiter(parse("1/hour"), ManualClock())
    limiter.hit("a")
    limiter.forget("a")
    limiter.hit("a")


def _request(*headers: tuple[str, str], peer: tuple[str, int] | None = ("192.0.2.1", 1)) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": peer})


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ([], "192.0.2.1"),
        (["198.51.100.7"], "198.51.100.7"),
        (["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
        (["203.0.113.1", "198.51.100.7"], "198.51.100.7"),
        (["unknown"], "192.0.2.1"),
        (["x" * 5000], "192.0.2.1"),
        (["2001:db8:1:2:aaaa::1"], "2001:db8:1:2::/64"),
        (["2001:db8:1:2:bbbb::9"], "2001:db8:1:2::/64"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
    ],
)
def test_the_client_is_what_the_gateway_saw(forwarded: list[str], address: str) -> None:
    assert client_of(_request(*(("x-forwarded-for", value) for value in forwarded))).address == address


def test_a_connection_without_an_address_is_limited_too() -> None:
    assert client_of(_request(peer=None)).address == "unknown"


def test_the_user_agent_is_short_and_printable() -> None:
    assert client_of(_request(("user-agent", "Fire\x1bfox " + "x" * 900))).user_agent == ("Firefox " + "x" * 292)
    assert client_of(_request()).user_agent is None
