import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx2
import pytest
from common.auth import Role
from common.http import operations_app
from common.ids import new_id
from gateway.api import create_api
from gateway.clients.forwarder import Forwarder
from gateway.factory import ProcessContext
from prometheus_client import REGISTRY
from structlog.testing import capture_logs
from testing.tokens import TokenMinter

from .conftest import Upstream, serving

ACCOUNT = new_id()


def code(response: httpx2.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])


async def test_a_request_is_forwarded_unchanged(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    headers = minter.headers(ACCOUNT) | {"X-Custom": "kept", "Content-Type": "application/json"}
    response = await client.post("/api/content/caf%C3%A9?a=1&b=%2F", content=b'{"x":1}', headers=headers)
    seen = response.json()
    assert (seen["method"], seen["raw_path"], seen["query"], seen["size"]) == (
        "POST",
        "/api/content/caf%C3%A9",
        "a=1&b=%2F",
        7,
    )
    names = dict(seen["headers"])
    assert names["x-custom"] == "kept"
    assert names["content-type"] == "application/json"
    assert names["authorization"].startswith("Bearer ")
    assert response.headers["x-from"] == "service"
    assert response.headers["set-cookie"] == "a=b"


@pytest.mark.invariant("T2")
async def test_headers_that_only_the_gateway_may_set_are_replaced(
    client: httpx2.AsyncClient, minter: TokenMinter
) -> None:
    lies = {
        "X-Client-Address": "10.0.0.1",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=10.0.0.1",
        "X-Real-IP": "10.0.0.1",
        "TE": "trailers",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": "a=b",
        "baggage": "a=b",
    }
    response = await client.get("/api/account", headers=minter.headers(ACCOUNT) | lies)
    seen = response.json()["headers"]
    assert [value for name, value in seen if name == "x-client-address"] == ["127.0.0.1"]
    assert not {name.lower() for name in lies if name != "X-Client-Address"} & {name for name, _ in seen}


@pytest.mark.parametrize("connection", ["X-Private", "close, x-private", "X-Other,X-PRIVATE ,keep-alive"])
async def test_headers_that_connection_names_are_not_forwarded(
    client: httpx2.AsyncClient, minter: TokenMinter, connection: str
) -> None:
    headers = minter.headers(ACCOUNT) | {"Connection": connection, "X-Private": "1", "X-Kept": "1"}
    seen = {name for name, _ in (await client.get("/api/account", headers=headers)).json()["headers"]}
    assert "x-private" not in seen
    assert "x-kept" in seen


async def test_connection_can_not_remove_what_the_gateway_adds(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    headers = minter.headers(ACCOUNT) | {"Connection": "X-Client-Address, X-Request-Id, Content-Length"}
    seen = (await client.post("/api/content/x", content=b"12345", headers=headers)).json()
    assert {"x-client-address", "x-request-id"} <= {name for name, _ in seen["headers"]}
    assert seen["size"] == 5


async def test_a_large_body_arrives_complete(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    response = await client.post("/api/content/x", content=b"x" * 99_999, headers=minter.headers(ACCOUNT))
    assert response.json()["size"] == 99_999


async def test_client_and_service_see_the_same_request_id(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    headers = minter.headers(ACCOUNT)
    response = await client.get("/api/account", headers=headers | {"X-Request-Id": "mine-1"})
    assert response.headers["x-request-id"] == "mine-1"
    assert ["x-request-id", "mine-1"] in response.json()["headers"]
    other = await client.get("/api/account", headers=headers | {"X-Request-Id": "b ad"})
    assert other.headers["x-request-id"] != "b ad"


@pytest.mark.invariant("T2")
async def test_without_a_valid_token_nothing_is_forwarded(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    assert code(await client.get("/api/account")) == "unauthenticated"
    stranger = TokenMinter()
    for headers in (
        stranger.headers(ACCOUNT),
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Bearer {minter.mint(ACCOUNT, Role.OWNER, lifetime=timedelta(seconds=-1))}"},
    ):
        response = await client.get("/api/account", headers=headers)
        assert response.status_code == 401
        assert code(response) in {"invalid_token", "token_expired"}


@pytest.mark.invariant("T2")
async def test_a_revoked_session_is_refused_although_its_token_is_valid(
    client: httpx2.AsyncClient, minter: TokenMinter, context: ProcessContext
) -> None:
    session = new_id()
    headers = {"Authorization": f"Bearer {minter.mint(ACCOUNT, session_id=session)}"}
    assert (await client.get("/api/account", headers=headers)).status_code == 200
    context.revocations.add(session, datetime.now(UTC) + timedelta(minutes=15))
    assert code(await client.get("/api/account", headers=headers)) == "session_revoked"


async def test_public_paths_need_no_token(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/api/auth/login", json={})).status_code == 200
    assert (await client.get("/api/auth/login")).status_code == 401


@pytest.mark.parametrize("path", ["/api/nothing", "/api", "/nothing", "/livez/x"])
async def test_an_unknown_path_is_not_found(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, code(response)) == (404, "not_found")


async def test_internal_paths_of_a_service_are_not_reachable(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    response = await client.get("/api/auth/%2e%2e/%2e%2e/metrics", headers=minter.headers(ACCOUNT))
    assert (response.status_code, code(response)) == (400, "bad_path")


async def test_a_body_over_the_limit_is_refused_whether_declared_or_chunked(
    client: httpx2.AsyncClient, minter: TokenMinter
) -> None:
    headers = minter.headers(ACCOUNT)
    declared = await client.post("/api/content/x", content=b"x" * 100_001, headers=headers)
    assert (declared.status_code, code(declared)) == (413, "body_too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 10_000

    streamed = await client.post("/api/content/x", content=chunks(), headers=headers)
    assert (streamed.status_code, code(streamed)) == (413, "body_too_large")


async def test_a_service_that_is_down_is_a_502_and_one_that_times_out_a_504(
    client: httpx2.AsyncClient, minter: TokenMinter
) -> None:
    headers = minter.headers(ACCOUNT)
    down = await client.get("/api/billing/subscription", headers=headers)
    assert (down.status_code, code(down)) == (502, "upstream_unavailable")
    silent = await client.get("/api/content/silent", headers=headers)
    assert (silent.status_code, code(silent)) == (504, "upstream_timeout")


def requests_counted() -> dict[tuple[str, str, str], float]:
    """Return how many requests the gateway has observed, by service, operation and outcome."""
    return {
        (sample.labels["service"], sample.labels["operation"], sample.labels["outcome"]): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == "pulseworks_gateway_request_seconds_count"
    }


async def test_each_request_is_counted_by_its_outcome(client: httpx2.AsyncClient, minter: TokenMinter) -> None:
    before, headers = requests_counted(), minter.headers(ACCOUNT)
    await client.get("/api/content/x", headers=headers)
    await client.post("/api/content/x", headers=headers)
    await client.post("/api/content/x")  # refused with 401
    await client.get("/api/billing/subscription", headers=headers)  # 502
    await client.get("/api/nobody", headers=headers)
    _, upload = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    upload.write(f"POST /api/content/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n{fields}\r\nhalf".encode())
    await upload.drain()
    upload.close()
    counted = requests_counted()
    while counted["content", "write", "abandoned"] == before["content", "write", "abandoned"]:
        await asyncio.sleep(0.01)
        counted = requests_counted()
    assert {key: value - before[key] for key, value in counted.items() if value > before[key]} == {
        ("content", "read", "answered"): 1,
        ("content", "write", "answered"): 2,
        ("billing", "read", "failed"): 1,
        ("content", "write", "abandoned"): 1,
    }


async def test_a_partial_response_breaks_the_connection(raw: aiohttp.ClientSession, minter: TokenMinter) -> None:
    response = await raw.get("/api/content/breaks", headers=minter.headers(ACCOUNT))
    with pytest.raises(aiohttp.ClientError):
        await response.read()


async def test_an_event_stream_is_forwarded_and_ends_at_the_service_when_the_client_disconnects(
    raw: aiohttp.ClientSession, minter: TokenMinter, upstream: Upstream
) -> None:
    response = await raw.get("/api/content/stream", headers=minter.headers(ACCOUNT))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert await response.content.readline() == b"data: 0\n"
    assert upstream.streams_ended == 0
    response.close()
    async with asyncio.timeout(5):
        await upstream.stream_ended.wait()


async def test_an_event_stream_ends_when_its_session_is_revoked(
    raw: aiohttp.ClientSession, minter: TokenMinter, upstream: Upstream, context: ProcessContext
) -> None:
    session = new_id()
    headers = {"Authorization": f"Bearer {minter.mint(ACCOUNT, session_id=session)}"}
    response = await raw.get("/api/content/stream", headers=headers)
    assert await response.content.readline() == b"data: 0\n"
    context.revocations.add(new_id(), datetime.now(UTC) + timedelta(minutes=15))
    assert not upstream.stream_ended.is_set()
    context.revocations.add(session, datetime.now(UTC) + timedelta(minutes=15))
    async with asyncio.timeout(5):
        await response.read()
        await upstream.stream_ended.wait()


async def test_an_event_stream_ends_when_its_token_expires(
    raw: aiohttp.ClientSession, minter: TokenMinter, upstream: Upstream
) -> None:
    token = minter.mint(ACCOUNT, lifetime=timedelta(seconds=2))
    async with asyncio.timeout(5):
        response = await raw.get("/api/content/stream", headers={"Authorization": f"Bearer {token}"})
        await response.read()
        await upstream.stream_ended.wait()


async def test_another_stream_breaks_when_its_session_is_revoked(
    raw: aiohttp.ClientSession, minter: TokenMinter, context: ProcessContext
) -> None:
    """A download that ended in good order would pass for a complete one."""
    session = new_id()
    headers = {"Authorization": f"Bearer {minter.mint(ACCOUNT, session_id=session)}"}
    response = await raw.get("/api/content/export", headers=headers)
    await response.content.readline()
    context.revocations.add(session, datetime.now(UTC) + timedelta(minutes=15))
    with pytest.raises(aiohttp.ClientError):
        await response.read()


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_what_is_for_operators_is_not_on_the_public_port(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get("/livez")).status_code == 200
    assert code(await client.get(path)) == "not_found"


async def test_operators_read_health_and_metrics_on_a_port_of_their_own(context: ProcessContext) -> None:
    app = operations_app(create_api(context))
    async with serving(app) as url, httpx2.AsyncClient(base_url=url) as operator:
        assert (await operator.get("/livez")).status_code == 200
        assert b"http_request_seconds" in (await operator.get("/metrics")).content
        assert (await operator.get("/api/account")).status_code == 404


async def test_a_gateway_that_does_not_receive_revocations_is_not_ready(context: ProcessContext) -> None:
    """As with `api` instead of `serve`: its empty list would let every revoked session pass."""
    async with serving(operations_app(create_api(context))) as url, httpx2.AsyncClient(base_url=url) as operator:
        answer = (await operator.get("/readyz")).json()
        assert (answer["status"], answer["checks"]) == ("not_ready", {"revocations": "RuntimeError"})
        context.revocations.is_fed = True
        assert (await operator.get("/readyz")).status_code == 200


SECRET = "Aa0_-" + 38 * "x"


@pytest.mark.parametrize("path", [f"/api/schedule/calendar/{SECRET}.ics", f"/api/content/{SECRET}"])
async def test_a_secret_in_a_path_is_not_logged(
    client: httpx2.AsyncClient, minter: TokenMinter, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Forwarder, "forward", fail)
    with capture_logs() as logs:
        response = await client.get(path, headers=minter.headers(ACCOUNT))
    assert code(response) == "internal_error"
    assert [log["event"] for log in logs if log["event"] == "request_failed"]
    assert SECRET not in repr(logs)


async def test_the_next_requests_of_an_account_carry_the_tokens_of_its_writes(
    client: httpx2.AsyncClient, minter: TokenMinter
) -> None:
    headers = minter.headers(ACCOUNT)
    written = await client.post("/api/content/writes", headers=headers)
    assert written.headers["Consistency-Token"] == "token-1"
    echo = (await client.get("/api/schedule", headers=headers | {"Consistency-Token": "own"})).json()
    assert [value for name, value in echo["headers"] if name == "consistency-token"] == ["token-1", "own"]
    other = (await client.get("/api/schedule", headers=minter.headers(new_id()))).json()
    assert [value for name, value in other["headers"] if name == "consistency-token"] == []
