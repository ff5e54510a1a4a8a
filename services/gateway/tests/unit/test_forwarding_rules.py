import pytest
from gateway.forwarding import rules
from gateway.forwarding.errors import BadTargetError


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/auth/login", "identity"),
        ("/api/account", "identity"),
        ("/api/accounts", None),
        ("/api/webhooks/stripe", "billing"),
        ("/api/webhooks/other", None),
        ("/api/content/0193a5c0/approve", "content"),
        ("/api/schedule", "scheduler"),
        ("/api/social/link", "publisher"),
        ("/api", None),
        ("/api/", None),
    ],
)
def test_a_path_goes_to_its_service(path: str, service: str | None) -> None:
    assert rules.service_of(path) == service


@pytest.mark.parametrize(
    "path",
    [
        b"/api/auth/login/../../account",
        b"/api/auth/login/..",
        b"/api//account",
        b"/api/./account",
        b"/api/auth%2flogin",
        b"/api/auth/%2e%2e/account",
        b"/api/auth/%252e%252e/account",
        b"/api/auth\\login",
        b"/api/auth/login;x=1",
        b"/api/auth/%00",
    ],
)
@pytest.mark.invariant("T2")
def test_an_ambiguous_path_is_refused(path: bytes) -> None:
    with pytest.raises(BadTargetError):
        rules.check_path(path)


@pytest.mark.parametrize("path", [b"/api/schedule/calendar.ics", b"/api/brand/caf%C3%A9", b"/api/content/a..b"])
def test_a_normalized_path_is_accepted(path: bytes) -> None:
    rules.check_path(path)


@pytest.mark.invariant("T2")
def test_only_listed_paths_are_public() -> None:
    assert rules.is_public("POST", "/api/auth/login")
    assert not rules.is_public("GET", "/api/auth/login")
    assert not rules.is_public("POST", "/api/auth/login/")
    assert not rules.is_public("GET", "/api/auth/me")


SECRET = "Aa0_-" + 38 * "x"


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("method", "path", "public"),
    [
        ("GET", f"/api/schedule/calendar/{SECRET}.ics", True),
        ("POST", f"/api/schedule/calendar/{SECRET}.ics", False),
        ("DELETE", f"/api/schedule/calendar/{SECRET}.ics", False),
        ("GET", f"/api/schedule/calendar/{SECRET}.ics/", False),
        ("GET", f"/api/schedule/calendar/{SECRET}.ics\n", False),
        ("GET", f"/api/schedule/calendar/{SECRET}", False),
        ("GET", f"/api/schedule/calendar/{SECRET}xics", False),
        ("GET", f"/api/schedule/calendar/{SECRET[1:]}.ics", False),
        ("GET", f"/api/schedule/calendar/{SECRET}x.ics", False),
        ("GET", f"/api/schedule/calendar/{SECRET[2:]}/x.ics", False),
        ("GET", f"/api/schedule/calendar/{SECRET[3:]}%2e.ics", False),
        ("GET", "/api/schedule/calendar.ics", False),
        ("GET", "/api/schedule/calendar", False),
        ("GET", f"/api/schedule/calendars/{SECRET}.ics", False),
        ("GET", f"/x/api/schedule/calendar/{SECRET}.ics", False),
    ],
)
def test_a_calendar_is_public_only_at_its_secret_address(method: str, path: str, public: bool) -> None:
    assert rules.is_public(method, path) is public
