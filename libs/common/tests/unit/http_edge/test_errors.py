"""Every error is a problem document with a request id and without internal details."""

import socket
from collections.abc import AsyncIterator

import asyncpg
import httpx2
import pytest
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

from .application import Failure, fields, problem


async def test_an_application_error_is_a_problem_with_its_extra_fields(http: httpx2.AsyncClient) -> None:
    body = problem(await http.get("/things/conflict"), 409, "taken")
    assert (body["detail"], body["taken_by"]) == ("It is taken.", "somebody")
    assert fields(problem(await http.get("/things/wrong"), 422, "unknown_zone")) == [("timezone", "unknown_zone")]
    assert (await http.get("/things/busy")).headers["retry-after"] == "2"


async def test_an_unknown_path_is_404_and_a_wrong_method_405_with_allow(http: httpx2.AsyncClient) -> None:
    problem(await http.get("/nothing"), 404, "not_found")
    answer = await http.put("/things")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "OPTIONS, POST"


async def test_a_trailing_slash_is_not_redirected(http: httpx2.AsyncClient) -> None:
    problem(await http.post("/things/", json={"name": "x"}), 404, "not_found")


async def test_a_request_continues_the_callers_trace(http: httpx2.AsyncClient) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await http.get("/things/trace", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    assert answer.json() == trace_id
    assert (await http.get("/things/trace")).json() == "0" * 32
    assert (await http.get("/things/trace", headers={"traceparent": "nonsense"})).json() == "0" * 32


class _WrappedError(Exception):
    """Wraps PostgreSQL's error as SQLAlchemy's driver does."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        socket.gaierror(),
        PoolTimeoutError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.InvalidPasswordError("password authentication failed"),
        DBAPIError("INSERT", None, _WrappedError("25006")),
        DBAPIError("SELECT", None, _WrappedError("42P01")),
    ],
)
async def test_an_unavailable_database_is_503(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(Failure, "error", error, raising=False)
    answer = await http.get("/things/unavailable")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_an_unexpected_constraint_violation_is_500(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Failure, "error", DBAPIError("INSERT", None, _WrappedError("23514")), raising=False)
    problem(await http.get("/things/unavailable"), 500, "internal_error")


async def test_a_body_above_the_limit_is_413_with_or_without_content_length(http: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    problem(await http.post("/things", content=b"x" * 1_048_577), 413, "body_too_large")
    problem(await http.post("/things", content=chunks()), 413, "body_too_large")
    problem(await http.post("/things/large", content=chunks()), 413, "body_too_large")
    assert (await http.post("/things/large", content=b"x" * 2_000_000)).json() == 2_000_000


async def test_a_crash_is_a_500_with_a_logged_traceback_and_no_leak(http: httpx2.AsyncClient) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await http.get("/things/crash")
    body = problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.text
    logged = next(entry for entry in logs if entry["event"] == "request_failed")
    assert logged["exc_info"]
    assert logged["request_id"] == body["request_id"]


async def test_a_stream_that_crashes_breaks_the_connection(http: httpx2.AsyncClient) -> None:
    with capture_logs() as logs, pytest.raises(ExceptionGroup):
        await http.get("/plain/broken")
    assert any(entry["event"] == "request_failed" for entry in logs)


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1.2:3_4", True), ("a b", False), ("x" * 129, False), ('"><script>', False)]
)
async def test_a_safe_request_id_is_kept_and_others_are_replaced(
    http: httpx2.AsyncClient, sent: str, kept: bool
) -> None:
    answer = await http.get("/livez", headers={"X-Request-Id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept
    assert answer.headers.get_list("x-request-id") == [answer.headers["x-request-id"]]
