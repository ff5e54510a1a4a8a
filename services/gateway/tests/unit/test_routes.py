import pytest
from gateway.errors import BadTargetError
from gateway.forwarding import routes


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
    assert routes.service_of(path) == service


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
def test_a_path_with_two_readings_is_refused(path: bytes) -> None:
    with pytest.raises(BadTargetError):
        routes.check_path(path)


@pytest.mark.parametrize("path", [b"/api/schedule/calendar.ics", b"/api/brand/caf%C3%A9", b"/api/content/a..b"])
def test_a_plain_path_is_let_through(path: bytes) -> None:
    routes.check_path(path)


@pytest.mark.invariant("T2")
def test_only_what_is_listed_is_public() -> None:
    assert routes.is_public("POST", "/api/auth/login")
    assert not routes.is_public("GET", "/api/auth/login")
    assert not routes.is_public("POST", "/api/auth/login/")
    assert not routes.is_public("GET", "/api/auth/me")


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
def test_a_calendar_is_public_under_its_secret_address_alone(method: str, path: str, public: bool) -> None:
    assert routes.is_public(method, path) is public
