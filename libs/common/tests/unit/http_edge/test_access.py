"""Authentication, permissions and the account of the transaction; undeclared routes prevent the start."""

from typing import Any

import httpx2
import pytest
from common.auth import Permission, Role
from common.http import Router, UndeclaredRouteError, create_app, public, public_routes, requires, route_permissions
from common.ids import new_id
from fastapi import APIRouter, FastAPI
from fastapi.sse import EventSourceResponse
from prometheus_client import CollectorRegistry
from testing.tokens import TokenMinter

from .application import MINTER, Context, conflict, live, problem


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


def test_the_declared_access_of_routes_can_be_read(app: FastAPI) -> None:
    permissions = route_permissions(app)
    assert permissions["POST", "/things/approve"] == frozenset({"content:approve"})
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
def test_an_application_with_an_undeclared_route_does_not_start(context: Context, make: Any) -> None:
    outer = Router(prefix="/outer")
    outer.include_router(make())
    with pytest.raises(UndeclaredRouteError, match="/outer/"):
        create_app(title="t", service="probe", context=context, routers=[outer], registry=CollectorRegistry())
