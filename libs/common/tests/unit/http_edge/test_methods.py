"""HEAD as GET, OPTIONS and Allow, caching, and paths in logs."""

import httpx2
import pytest
from common.auth import Role
from common.http.loggable import without_secrets
from common.ids import new_id
from structlog.testing import capture_logs

from .application import MINTER, Failure, problem

TOKEN = "Aa0_-" + 38 * "x"


async def test_head_returns_the_headers_of_get(http: httpx2.AsyncClient) -> None:
    headers = MINTER.headers(new_id())
    for path in ("/plain/me", "/things/number/7", "/livez"):
        full, head = await http.get(path, headers=headers), await http.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-length", "content-type", "cache-control"):
            assert head.headers[name] == full.headers[name]


async def test_head_is_as_guarded_as_get(http: httpx2.AsyncClient) -> None:
    assert (await http.head("/plain/me")).status_code == 401


async def test_head_of_a_stream_ends_with_its_headers(http: httpx2.AsyncClient) -> None:
    head = await http.head("/plain/live", headers=MINTER.headers(new_id(), Role.OWNER))
    assert (head.headers["content-type"].partition(";")[0], head.content) == ("text/event-stream", b"")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/plain/me", "DELETE, GET, HEAD, OPTIONS"),
        ("/things", "OPTIONS, POST"),
        ("/things/number/7", "GET, HEAD, OPTIONS"),
    ],
)
async def test_allow_names_every_method_of_the_path(http: httpx2.AsyncClient, path: str, allowed: str) -> None:
    answer = await http.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, allowed)
    refused = await http.patch(path)
    problem(refused, 405, "method_not_allowed")
    assert refused.headers["allow"] == allowed


async def test_head_of_a_path_without_get_and_options_of_an_unknown_one(http: httpx2.AsyncClient) -> None:
    head = await http.head("/things")
    assert (head.status_code, head.headers["allow"]) == (405, "OPTIONS, POST")
    problem(await http.options("/nothing"), 404, "not_found")


@pytest.mark.parametrize("path", ["/plain/me", "/nothing", "/things/conflict"])
async def test_a_response_that_says_nothing_about_caches_is_not_stored(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers=MINTER.headers(new_id()))
    assert answer.headers.get_list("cache-control") == ["no-store"]


@pytest.mark.parametrize("error", [ZeroDivisionError(), ConnectionRefusedError()])
async def test_a_log_names_the_route_and_not_the_secret_in_the_path(http: httpx2.AsyncClient, error: Exception) -> None:
    Failure.error = error
    with capture_logs() as logs:
        assert (await http.get(f"/things/secret/{TOKEN}.ics", params={"key": TOKEN})).status_code >= 500
    assert TOKEN not in repr(logs)
    assert "/things/secret/{token}.ics" in {log.get("path") for log in logs}


def test_an_unknown_path_is_logged_without_what_may_be_a_secret() -> None:
    assert without_secrets(f"/api/schedule/calendar/{TOKEN}.ics/x") == "/api/schedule/calendar/*/x"
    assert without_secrets(f"/api/content/{new_id()}/approve").startswith("/api/content/0")
    assert without_secrets("/api/content/12/") == "/api/content/12/"
    assert len(without_secrets("/a" * 500)) < 40
