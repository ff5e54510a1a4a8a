"""A route declares the errors that it answers with: they are in the document, and others are reported."""

from typing import Annotated

import httpx2
import pytest
from common.auth import Permission
from common.errors import ConflictError, InvalidError, NotFoundError
from common.http import (
    Page,
    PageQuery,
    PlainRouter,
    Router,
    add_problems,
    create_app,
    public,
    raises,
    requires,
    routing,
)
from common.http.idempotency import AnswerNotKeptError
from common.ids import new_id
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from .application import MINTER, Context, problem


class MissingError(NotFoundError):
    code = "thing_missing"
    title = "There is no such thing"


class TakenError(ConflictError):
    code = "thing_taken"
    title = "The thing is taken"


class FullError(ConflictError):
    code = "shelf_full"
    title = "The shelf is full"


class UglyError(InvalidError):
    code = "thing_ugly"
    title = "The thing is ugly"


class Thing(BaseModel):
    name: str


async def shelf(_raises: Annotated[None, raises(FullError)]) -> None:
    """A dependency that raises errors."""


router = Router(prefix="/things", dependencies=[raises(MissingError)])
plain = PlainRouter(prefix="/plain")


@router.put("/one", dependencies=[requires(Permission.BRIEF_READ), raises(TakenError, UglyError)])
async def put(thing: Thing) -> str:
    raise {"taken": TakenError, "full": FullError, "missing": MissingError}[thing.name]("No.")


@router.post("", dependencies=[requires(Permission.BRIEF_READ)])
async def post() -> str:
    raise MissingError


@router.post("/secret", dependencies=[requires(Permission.BRIEF_READ), raises(AnswerNotKeptError)])
async def post_secret() -> str:
    return "hush"


@plain.get("", dependencies=[public(), raises()])
async def none(page: PageQuery) -> Page[int]:
    return Page(items=[page.limit], next_cursor=None)


@plain.get("/undeclared", dependencies=[public()])
async def undeclared() -> str:
    raise TakenError


@pytest.fixture
def app(context: Context) -> FastAPI:
    routers = [router, plain]
    return create_app(title="t", service="probe", context=context, routers=routers, registry=CollectorRegistry())


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(routing, "report_undeclared", lambda route, error: found.append((route, error.code)))
    return found


def codes(app: FastAPI, path: str, method: str) -> dict[str, list[str]]:
    """Return the documented codes by status."""
    responses = app.openapi()["paths"][path][method]["responses"]
    problems = {status: response["content"].get("application/problem+json") for status, response in responses.items()}
    return {
        status: media["schema"]["allOf"][1]["properties"]["code"]["enum"]
        for status, media in problems.items()
        if media and status != "default"
    }


def test_an_operation_lists_its_own_codes_and_those_of_the_edge(app: FastAPI) -> None:
    assert codes(app, "/things/one", "put") == {
        "400": ["malformed_json", "consistency_token_invalid"],
        "401": ["unauthenticated", "invalid_token", "token_expired"],
        "403": ["forbidden"],
        "404": ["thing_missing"],
        "409": ["thing_taken", "not_there_yet"],
        "413": ["body_too_large"],
        "415": ["unsupported_media_type"],
        "422": [
            "thing_ugly",
            "invalid_request",
            "invalid_character",
            "value_not_storable",
            "number_out_of_range",
            "too_deep",
        ],
        "503": ["keys_unavailable", "unavailable"],
    }


def test_an_idempotent_operation_lists_the_codes_of_its_key(app: FastAPI) -> None:
    found = codes(app, "/things", "post")
    assert found["400"] == ["consistency_token_invalid", "idempotency_key_invalid"]
    assert found["409"] == ["not_there_yet"]
    assert found["422"] == ["idempotency_key_reused"]


@pytest.mark.parametrize(("path", "kept"), [("/things", True), ("/things/secret", False)])
def test_only_an_answer_that_is_not_kept_says_so(app: FastAPI, path: str, *, kept: bool) -> None:
    operation = app.openapi()["paths"][path]["post"]
    key = next(parameter for parameter in operation["parameters"] if parameter["name"] == "Idempotency-Key")
    assert ("idempotent_answer_not_kept" in key["description"]) is not kept
    assert ("idempotent_answer_not_kept" in codes(app, path, "post")["409"]) is not kept


def test_a_public_operation_lists_what_its_dependencies_declare(app: FastAPI) -> None:
    assert codes(app, "/plain", "get") == {
        "422": ["cursor_invalid", "invalid_request", "invalid_character", "value_not_storable"],
        "503": ["unavailable"],
    }


def test_an_operation_without_a_mark_lists_no_codes(app: FastAPI) -> None:
    assert codes(app, "/plain/undeclared", "get") == {}


def test_a_declared_error_has_its_title_and_an_example(app: FastAPI) -> None:
    missing = app.openapi()["paths"]["/things/one"]["put"]["responses"]["404"]
    example = missing["content"]["application/problem+json"]["examples"]["thing_missing"]
    assert missing["description"] == "- `thing_missing`: There is no such thing."
    assert example["summary"] == "There is no such thing"
    assert example["value"]["type"] == "urn:pulseworks:problem:thing_missing"


def test_errors_can_be_added_to_a_finished_document(app: FastAPI) -> None:
    """The gateway adds its own to the merged document."""
    operation = app.openapi()["paths"]["/things/one"]["put"]
    add_problems(operation, [FullError, TakenError])
    assert codes(app, "/things/one", "put")["409"] == ["thing_taken", "not_there_yet", "shelf_full"]


def test_a_success_is_not_described_by_fastapi_s_placeholder(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert paths["/things/secret"]["post"]["responses"]["200"]["description"] == "Success."


@pytest.mark.parametrize(("name", "expected"), [("taken", []), ("missing", []), ("full", ["shelf_full"])])
async def test_an_error_that_the_route_does_not_declare_is_reported(
    http: httpx2.AsyncClient, reported: list[tuple[str, str]], name: str, expected: list[str]
) -> None:
    answer = await http.put("/things/one", json={"name": name}, headers=MINTER.headers(new_id()))
    assert answer.status_code in {404, 409}
    assert reported == [("PUT /things/one", code) for code in expected]


async def test_errors_of_the_edge_need_no_declaration(
    http: httpx2.AsyncClient, reported: list[tuple[str, str]]
) -> None:
    problem(await http.put("/things/one", json={"name": "taken"}), 401, "unauthenticated")
    problem(await http.put("/things/one", json={}, headers=MINTER.headers(new_id())), 422, "invalid_request")
    assert reported == []


async def test_a_route_without_a_mark_reports_nothing(
    http: httpx2.AsyncClient, reported: list[tuple[str, str]]
) -> None:
    problem(await http.get("/plain/undeclared"), 409, "thing_taken")
    assert reported == []


def test_a_dependency_declares_what_it_raises() -> None:
    own = Router()
    own.get("/shelf", dependencies=[public(), raises()])(shelf)
    [route] = own.routes
    assert isinstance(route, routing.GuardedRoute)
    assert route.errors == (FullError,)
