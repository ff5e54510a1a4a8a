"""What leaves the application: one kind of error for everything that can go wrong, an id, and no leak."""

import json
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
import structlog
from common.errors import ConflictError, InvalidError, TooManyRequestsError
from common.http import (
    Check,
    Page,
    PageQuery,
    Permission,
    PlainRouter,
    Principal,
    Role,
    Router,
    UndeclaredRouteError,
    body_limit,
    create_app,
    public,
    public_routes,
    requires,
    route_permissions,
)
from common.ids import new_id
from common.testing.tokens import TokenMinter
from fastapi import APIRouter, FastAPI, Form, Request, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from opentelemetry import trace
from prometheus_client import CollectorRegistry
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs

MINTER = TokenMinter()


class Database:
    """Stands where no database work is done; it counts the transactions that were opened."""

    def __init__(self) -> None:
        self.opened: list[UUID | None] = []

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None = None) -> AsyncIterator[Any]:
        self.opened.append(account_id)
        yield None


class Context:
    def __init__(self) -> None:
        self.database = Database()
        self.token_verifier = MINTER.verifier()
        self.checks: list[Check] = []

    def readiness(self) -> Sequence[Check]:
        return self.checks


class Item(BaseModel):
    name: str = Field(max_length=10)
    count: int = 0
    when: AwareDatetime | None = None
    extra: dict[str, Any] = {}


class Cart(BaseModel):
    items: list[Item]


router = Router(prefix="/things")
plain = PlainRouter(prefix="/plain")


@router.post("", dependencies=[public()])
async def echo(item: Item) -> Item:
    return item


@router.post("/cart", dependencies=[public()])
async def cart(body: Cart) -> int:
    return len(body.items)


@router.post("/form", dependencies=[public()])
async def form(name: Annotated[str, Form()]) -> str:
    return name


@router.post("/upload", dependencies=[public()])
async def upload(name: Annotated[str, Form()], image: UploadFile) -> int:
    return len(await image.read())


@router.get("/trace", dependencies=[public()])
async def trace_id() -> str:
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


class Failure:
    error: Exception


@router.get("/away", dependencies=[public()])
async def away() -> None:
    raise Failure.error


@router.post("/large", dependencies=[public(), body_limit(3_000_000)])
async def large(request: Request) -> int:
    return len(await request.body())


@router.get("/number/{number}", dependencies=[public()])
async def number(number: int, page: PageQuery) -> Page[int]:
    return Page(items=[number][: page.limit], next_cursor=None)


@router.get("/conflict", dependencies=[public()])
async def conflict() -> None:
    raise ConflictError("It is taken.", code="taken", extra={"taken_by": "somebody"})


@router.get("/wrong", dependencies=[public()])
async def wrong() -> None:
    raise InvalidError("No such zone.", code="unknown_zone", field="timezone")


@router.get("/busy", dependencies=[public()])
async def busy() -> None:
    raise TooManyRequestsError("Slow down.", retry_after=2.4)


@router.get("/crash", dependencies=[public()])
async def crash() -> None:
    raise ZeroDivisionError("the password is hunter2")


@router.post("/approve")
async def approve(principal: Annotated[Principal, requires(Permission.CONTENT_APPROVE)]) -> UUID:
    return principal.account_id


@plain.get("/me")
async def me(principal: Annotated[Principal, requires(Permission.SESSION_OWN)]) -> str:
    return principal.role


@plain.get("/live", response_class=EventSourceResponse, dependencies=[requires(Permission.SESSION_OWN)])
async def live() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="1")


@plain.get("/broken", response_class=EventSourceResponse, dependencies=[public()])
async def broken() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="1")
    raise ZeroDivisionError


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def app(context: Context) -> FastAPI:
    return create_app(
        title="t", service="probe", context=context, routers=[router, plain], registry=CollectorRegistry()
    )


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture(autouse=True)
def _no_bound_ids() -> Iterator[None]:
    yield
    structlog.contextvars.clear_contextvars()


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:pulseworks:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


def fields(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in body["errors"]]


async def post_raw(http: httpx2.AsyncClient, content: str | bytes, path: str = "/things") -> httpx2.Response:
    return await http.post(path, content=content, headers={"Content-Type": "application/json"})


async def test_an_error_of_ours_is_a_problem_with_its_extras(http: httpx2.AsyncClient) -> None:
    body = problem(await http.get("/things/conflict"), 409, "taken")
    assert (body["detail"], body["taken_by"]) == ("It is taken.", "somebody")
    assert fields(problem(await http.get("/things/wrong"), 422, "unknown_zone")) == [("timezone", "unknown_zone")]
    assert (await http.get("/things/busy")).headers["retry-after"] == "2"


async def test_an_unknown_path_is_404_and_a_wrong_method_405_with_allow(http: httpx2.AsyncClient) -> None:
    problem(await http.get("/nothing"), 404, "not_found")
    answer = await http.put("/things")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_invalid_fields_are_named_and_their_values_are_not_repeated(http: httpx2.AsyncClient) -> None:
    secret = "hunter2-hunter2"
    answer = await http.post("/things/cart", json={"items": [{"name": "ok"}, {"name": secret, "count": "x"}]})
    body = problem(answer, 422, "invalid_request")
    assert fields(body) == [("items.1.name", "string_too_long"), ("items.1.count", "int_parsing")]
    assert secret not in answer.text


async def test_a_naive_time_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/things", json={"name": "x", "when": "2026-11-02T09:00:00"})
    assert fields(problem(answer, 422, "invalid_request")) == [("when", "timezone_aware")]


async def test_a_wrong_parameter_is_named(http: httpx2.AsyncClient) -> None:
    body = problem(await http.get("/things/number/x?limit=101"), 422, "invalid_request")
    assert sorted(fields(body)) == [("limit", "less_than_equal"), ("number", "int_parsing")]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff",
        b'{"name": "\x00"}',
        b'{"count": ' + b"1" * 5000 + b"}",
        b'{"extra": ' + b"[" * 100_000,
        b'{"name": "x",}',
    ],
    ids=["open", "not utf-8", "control character", "5000 digits", "100000 levels", "comma"],
)
async def test_what_is_no_json_is_400(http: httpx2.AsyncClient, content: bytes) -> None:
    problem(await post_raw(http, content), 400, "malformed_json")


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (r'{"name": "a\u0000"}', "name", "invalid_character"),
        (r'{"name": "a\ud800"}', "name", "invalid_character"),
        (r'{"name": "a\uDFFF\uD800"}', "name", "invalid_character"),
        (r'{"name": "a", "extra": {"k": ["\u0000"]}}', "extra.k.0", "invalid_character"),
        (r'{"name": "a", "extra": {"k\u0000": 1}}', "extra.k�", "invalid_character"),
        (r'{"name": "a", "extra": {"k\ud800": 1}}', "extra.k�", "invalid_character"),
        ('{"name": "a", "count": 9223372036854775808}', "count", "number_out_of_range"),
        ('{"name": "a", "count": -9223372036854775809}', "count", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": NaN}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": -Infinity}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": 1e999}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": 1E+999}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": ' + '{"k":' * 40 + "1" + "}" * 41, "extra.k.k", "too_deep"),
        ('{"name": "a", "extra": {"k": ' + "[" * 500 + "]" * 500 + "}}", "extra.k.0", "too_deep"),
    ],
)
async def test_what_can_not_be_kept_is_refused_with_its_field(
    http: httpx2.AsyncClient, context: Context, content: str, field: str, code: str
) -> None:
    assert fields(problem(await post_raw(http, content), 422, code)) == [(field, code)]
    assert context.database.opened == []


@pytest.mark.parametrize(
    "content",
    [
        r'{"name": "\\u0000"}',
        r'{"name": "\ud83d\ude00"}',
        '{"name": "NaN"}',
        '{"name": "1e999"}',
        '{"name": "a", "count": 9223372036854775807}',
        '{"name": "a", "extra": {"k": 0.12345678901234567890123}}',
        '{"name": "a", "extra": {"k": [' + ", ".join(["{}"] * 100) + "]}}",
        "",
    ],
)
async def test_what_only_looks_like_it_is_taken(http: httpx2.AsyncClient, content: str) -> None:
    answer = await post_raw(http, content)
    assert answer.status_code == (200 if content else 422)


@pytest.mark.parametrize("target", ["/things/number/1?cursor=a%00", "/things/number/1?%00=1", "/things/number/1%00"])
async def test_a_nul_character_in_the_target_is_refused(http: httpx2.AsyncClient, target: str) -> None:
    problem(await http.get(target), 422, "invalid_character")


async def test_only_json_is_taken_as_json(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/things", content='{"name": "x"}', headers={"Content-Type": "text/plain"})
    problem(answer, 415, "unsupported_media_type")
    answer = await http.post(
        "/things", content='{"name": "x"}', headers={"Content-Type": "application/merge-patch+json; charset=utf-8"}
    )
    assert answer.status_code == 200
    assert (await http.post("/things/form", data={"name": "x"})).json() == "x"


async def test_a_form_with_a_nul_character_is_refused_and_a_file_may_hold_any_byte(http: httpx2.AsyncClient) -> None:
    body = problem(await http.post("/things/form", data={"name": "x\x00"}), 422, "invalid_character")
    assert fields(body) == [("name", "invalid_character")]
    file = {"image": ("a.png", b"\x89PNG\x00\x00", "image/png")}
    assert (await http.post("/things/upload", files=file, data={"name": "x"})).json() == 6
    problem(await http.post("/things/upload", files=file, data={"name": "x\x00"}), 422, "invalid_character")
    problem(
        await http.post("/things/form", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        400,
        "bad_request",
    )


async def test_a_trailing_slash_is_not_redirected(http: httpx2.AsyncClient) -> None:
    problem(await http.post("/things/", json={"name": "x"}), 404, "not_found")


async def test_the_callers_trace_goes_on_in_the_request(http: httpx2.AsyncClient) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await http.get("/things/trace", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    assert answer.json() == trace_id
    assert (await http.get("/things/trace")).json() == "0" * 32
    assert (await http.get("/things/trace", headers={"traceparent": "nonsense"})).json() == "0" * 32


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        socket.gaierror(),
        PoolTimeoutError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
    ],
)
async def test_a_store_that_is_away_is_503(
    http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(Failure, "error", error, raising=False)
    answer = await http.get("/things/away")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_a_body_past_the_limit_is_413_announced_or_not(http: httpx2.AsyncClient) -> None:
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


async def test_a_stream_that_crashes_is_broken_off_not_ended(http: httpx2.AsyncClient) -> None:
    with capture_logs() as logs, pytest.raises(ExceptionGroup):
        await http.get("/plain/broken")
    assert any(entry["event"] == "request_failed" for entry in logs)


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-1.2:3_4", True), ("a b", False), ("x" * 129, False), ('"><script>', False)]
)
async def test_a_harmless_request_id_is_kept_and_another_is_replaced(
    http: httpx2.AsyncClient, sent: str, kept: bool
) -> None:
    answer = await http.get("/livez", headers={"X-Request-Id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept
    assert answer.headers.get_list("x-request-id") == [answer.headers["x-request-id"]]


@pytest.mark.invariant("T2")
async def test_without_a_valid_token_a_route_answers_401_before_anything_is_read(
    http: httpx2.AsyncClient, context: Context
) -> None:
    answer = await http.post("/things/approve", content="{broken")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    forged = TokenMinter().headers(new_id())
    for path in ("/plain/me", "/plain/live"):
        problem(await http.get(path), 401, "unauthenticated")
        problem(await http.get(path, headers=forged), 401, "invalid_token")
    assert context.database.opened == []


@pytest.mark.invariant("T1")
async def test_the_transaction_gets_the_account_of_the_token_whatever_the_headers_say(
    http: httpx2.AsyncClient, context: Context
) -> None:
    account = new_id()
    headers = {**MINTER.headers(account), "X-Account-Id": str(new_id())}
    assert (await http.post("/things/approve", headers=headers)).json() == str(account)
    assert context.database.opened == [account]


async def test_a_role_without_the_permission_is_403(http: httpx2.AsyncClient, context: Context) -> None:
    answer = await http.post("/things/approve", headers=MINTER.headers(new_id(), Role.MEMBER))
    assert "content:approve" in problem(answer, 403, "forbidden")["detail"]
    assert context.database.opened == []


async def test_a_plain_route_holds_no_transaction(http: httpx2.AsyncClient, context: Context) -> None:
    headers = MINTER.headers(new_id())
    assert (await http.get("/plain/me", headers=headers)).json() == "OWNER"
    answer = await http.get("/plain/live", headers=headers)
    assert "data:" in answer.text
    assert context.database.opened == []


def test_what_routes_say_about_themselves_can_be_read(app: FastAPI) -> None:
    permissions = route_permissions(app)
    assert permissions["POST", "/things/approve"] == {"content:approve"}
    assert permissions["GET", "/things/number/{number}"] is None
    assert ("POST", "/things") in public_routes(app)
    assert ("GET", "/plain/me") not in public_routes(app)


def _undeclared() -> APIRouter:
    router = Router()
    router.get("/closed")(conflict)
    return router


def _contradicting() -> APIRouter:
    router = Router()
    router.get("/both", dependencies=[public(), requires(Permission.BRIEF_READ)])(conflict)
    return router


def _bare() -> APIRouter:
    router = APIRouter()
    router.get("/bare", dependencies=[public()])(conflict)
    return router


def _streaming() -> APIRouter:
    router = Router()
    router.get("/live", response_class=EventSourceResponse, dependencies=[public()])(live)
    return router


@pytest.mark.parametrize("make", [_undeclared, _contradicting, _bare, _streaming])
def test_a_route_that_nobody_thought_about_does_not_start(context: Context, make: Any) -> None:
    outer = Router(prefix="/outer")
    outer.include_router(make())
    with pytest.raises(UndeclaredRouteError, match="/outer/"):
        create_app(title="t", service="probe", context=context, routers=[outer], registry=CollectorRegistry())


async def test_readiness_names_what_failed_and_liveness_touches_nothing(
    http: httpx2.AsyncClient, context: Context
) -> None:
    async def fine() -> None:
        return None

    async def failing() -> None:
        raise ConnectionError("amqp://user:secret@broker is away")

    context.checks = [Check("database", fine), Check("broker", failing)]
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not_ready", "checks": {"database": "ok", "broker": "ConnectionError"}}
    assert (await http.get("/livez")).status_code == 200
    context.checks = [Check("database", fine)]
    assert (await http.get("/readyz")).status_code == 200
    context.checks = [Check("database", fine), Check("provider", failing, critical=False)]
    degraded = await http.get("/readyz")
    assert degraded.status_code == 200
    assert degraded.json() == {"status": "degraded", "checks": {"database": "ok", "provider": "ConnectionError"}}


async def test_requests_are_measured_by_route_not_by_path(http: httpx2.AsyncClient) -> None:
    await http.get("/things/number/1")
    await http.get("/things/number/2")
    await http.get("/nothing/3")
    text = (await http.get("/metrics")).text
    count = 'http_request_seconds_count{method="GET",route="/things/number/{number}",status="200"} 2.0'
    assert count in text
    assert 'route="unmatched",status="404"} 1.0' in text


def test_the_document_says_who_may_call_and_what_errors_look_like(app: FastAPI) -> None:
    document = app.openapi()
    approve_operation = document["paths"]["/things/approve"]["post"]
    assert approve_operation["security"] == [{"bearer": []}]
    assert approve_operation["x-permission"] == ["content:approve"]
    assert [p["name"] for p in approve_operation["parameters"]] == ["Idempotency-Key"]
    echo_operation = document["paths"]["/things"]["post"]
    assert echo_operation["security"] == []
    assert "parameters" not in echo_operation
    assert "422" not in echo_operation["responses"]
    assert "application/problem+json" in echo_operation["responses"]["default"]["content"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert not any(path in document["paths"] for path in ("/livez", "/readyz", "/metrics"))
    json.dumps(document)
