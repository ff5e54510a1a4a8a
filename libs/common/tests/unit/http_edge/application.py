"""An application with a route for each kind of error, and assertions about its answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import httpx2
from common.auth import Permission, Principal
from common.errors import ConflictError, InvalidError, TooManyRequestsError
from common.http import Check, Page, PageQuery, PlainRouter, Router, body_limit, public, requires
from fastapi import Form, Request, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from opentelemetry import trace
from pydantic import AwareDatetime, BaseModel, Field
from testing.tokens import TokenMinter

MINTER = TokenMinter()


class Database:
    """Replaces the database where none is needed; counts the opened transactions."""

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


@router.get("/unavailable", dependencies=[public()])
async def unavailable() -> None:
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


@router.get("/secret/{token}.ics", dependencies=[public()])
async def secret(token: str) -> str:
    if token == "known":
        return token
    raise Failure.error


@router.post("/approve")
async def approve(principal: Annotated[Principal, requires(Permission.CONTENT_APPROVE)]) -> UUID:
    return principal.account_id


@plain.get("/me")
async def me(principal: Annotated[Principal, requires(Permission.SESSION_OWN)]) -> str:
    return principal.role


@plain.delete("/me")
async def leave(principal: Annotated[Principal, requires(Permission.SESSION_OWN)]) -> str:
    return principal.role


@plain.get("/live", response_class=EventSourceResponse, dependencies=[requires(Permission.SESSION_OWN)])
async def live() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="1")


@plain.get("/broken", response_class=EventSourceResponse, dependencies=[public()])
async def broken() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="1")
    raise ZeroDivisionError


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
