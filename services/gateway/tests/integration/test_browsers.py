"""What browsers need and what protects their users: CORS, HEAD, OPTIONS, security headers."""

from typing import Any

import httpx2
import pytest
from common.ids import new_id
from testing.tokens import TokenMinter

ORIGIN = "https://app.example.com"
SECRET = "Aa0_-" + 38 * "x"
EVERYWHERE = ["/livez", "/docs", "/openapi.json", "/asyncapi", "/nothing", "/api/account", "/api/nothing"]


@pytest.fixture
def own_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings: dict[str, Any] = getattr(request, "param", {"web_origins": (ORIGIN,)})
    return settings


def preflight(origin: str = ORIGIN, method: str = "POST", headers: str = "content-type") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/account", "/api/content/generations/1/events"])
async def test_a_preflight_from_a_listed_origin_is_answered_without_a_token(
    client: httpx2.AsyncClient, path: str
) -> None:
    asked = "authorization, content-type, idempotency-key, consistency-token, last-event-id, if-none-match"
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = await client.options(path, headers=preflight(method=method, headers=asked))
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert method in answer.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in answer.headers


async def test_errors_can_be_read_too_and_so_can_the_headers_of_the_api(client: httpx2.AsyncClient) -> None:
    for path in EVERYWHERE:
        answer = await client.get(path, headers={"Origin": ORIGIN})
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "Origin" in answer.headers["vary"]
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"ETag", "Location", "Retry-After", "X-Request-Id", "Consistency-Token"} <= set(exposed)


@pytest.mark.parametrize("origin", ["https://evil.example", f"{ORIGIN}.evil.example", "http://app.example.com", "null"])
async def test_another_origin_is_not_allowed(client: httpx2.AsyncClient, origin: str) -> None:
    for answer in (
        await client.options("/api/auth/login", headers=preflight(origin)),
        await client.get("/api/billing/plans", headers={"Origin": origin}),
    ):
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (preflight("https://evil.example"), "the origin https://evil.example"),
        (preflight(method="TRACE"), "GET, HEAD, POST"),
        (preflight(headers="content-type, x-other"), "Authorization, Content-Type"),
    ],
)
async def test_a_refused_preflight_says_why_as_every_error_does(
    client: httpx2.AsyncClient, asked: dict[str, str], named: str
) -> None:
    answer = await client.options("/api/auth/login", headers=asked)

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], named in problem["detail"]) == ("cross_origin_refused", True)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "Origin" in answer.headers["vary"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("own_settings", [{}], indirect=True)
async def test_without_the_setting_no_page_may_call_the_api(client: httpx2.AsyncClient) -> None:
    answer = await client.options("/api/auth/login", headers=preflight())
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("own_settings", [{"web_origins": (ORIGIN,), "web_credentials": True}], indirect=True)
async def test_credentials_are_allowed_only_by_the_setting(client: httpx2.AsyncClient) -> None:
    answer = await client.options("/api/auth/login", headers=preflight())
    assert answer.headers["access-control-allow-credentials"] == "true"


async def test_head_is_public_where_get_is(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    for path in ("/livez", "/docs", f"/api/schedule/calendar/{SECRET}.ics"):
        answer = await client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) > 0
    assert (await client.head("/api/account")).status_code == 401
    assert (await client.head("/api/account", headers=minter.headers(new_id()))).status_code == 200


async def test_options_is_forwarded_without_a_token(client: httpx2.AsyncClient) -> None:
    assert (await client.options("/api/account")).json()["method"] == "OPTIONS"
    assert (await client.options("/api/nothing")).status_code == 404


async def test_documents_can_only_be_read(client: httpx2.AsyncClient) -> None:
    assert (await client.options("/docs")).headers["allow"] == "GET, HEAD, OPTIONS"
    answer = await client.post("/docs")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    answer = await client.post("/livez")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_response_carries_the_security_headers_once(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    for name in (
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cache-control",
    ):
        assert len(headers.get_list(name)) == 1
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("own_settings", [{"hsts_seconds": 31536000}], indirect=True)
async def test_hsts_is_sent_by_setting(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/api/account")).headers["strict-transport-security"] == "max-age=31536000"


async def test_the_page_of_the_api_may_run_its_own_script_only(client: httpx2.AsyncClient) -> None:
    policy = (await client.get("/docs")).headers["content-security-policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"].startswith("'self' 'sha256-")
    assert "unsafe" not in directives["script-src"]
    assert directives["connect-src"] == "'self'"
    assert "http" not in policy
