"""`Idempotency-Key` is honoured where the documentation names it, and ignored elsewhere (M2, decision 20)."""

import asyncio

import httpx2
import pytest
from common.database import Database
from common.http import route_permissions
from fastapi import FastAPI
from identity.factory import ProcessContext
from sqlalchemy import text

from .conftest import People, Person

NEW = "another harbour lamp"
KEY = {"Idempotency-Key": "one"}


def change(owner: Person, new: str = NEW) -> dict[str, str]:
    return {"current_password": owner.password, "new_password": new}


@pytest.mark.invariant("M2")
async def test_a_repeated_change_of_the_password_happens_once(people: People, owner: Person) -> None:
    first = await owner.post("/api/auth/password", json=change(owner), headers=KEY)
    again = await owner.post("/api/auth/password", json=change(owner), headers=KEY)

    assert (first.status_code, again.status_code) == (204, 204)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    await people.login(owner.email, NEW)
    log = (await owner.get("/api/audit", params={"event_type": "PASSWORD_CHANGED"})).json()["items"]
    assert len(log) == 1


async def test_concurrent_changes_with_one_key_happen_once(owner: Person) -> None:
    answers = await asyncio.gather(
        *(owner.post("/api/auth/password", json=change(owner), headers=KEY) for _ in range(4))
    )

    assert [answer.status_code for answer in answers] == [204] * 4
    log = (await owner.get("/api/audit", params={"event_type": "PASSWORD_CHANGED"})).json()["items"]
    assert len(log) == 1


async def test_a_key_is_not_accepted_for_another_password_or_another_route(people: People, owner: Person) -> None:
    await owner.post("/api/auth/password", json=change(owner), headers=KEY)

    other_password = await owner.post("/api/auth/password", json=change(owner, "tui kettle morning rain"), headers=KEY)
    other_route = await owner.post("/api/auth/logout", headers=KEY)

    for answer in (other_password, other_route):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    await people.login(owner.email, NEW)


async def test_a_failed_change_does_not_use_the_key_up(owner: Person) -> None:
    wrong = change(owner) | {"current_password": "not this one at all"}

    assert (await owner.post("/api/auth/password", json=wrong, headers=KEY)).status_code == 422
    assert (await owner.post("/api/auth/password", json=change(owner), headers=KEY)).status_code == 204


async def test_nothing_of_a_password_is_stored_with_the_key(
    context: ProcessContext, database: Database, owner: Person
) -> None:
    """A fast hash of the body would let a reader of the table guess the password."""
    principal = await owner.principal(context)
    fingerprints = set()
    for number, new in enumerate((NEW, "tui kettle morning rain")):
        answer = await owner.post(
            "/api/auth/password", json=change(owner, new), headers={"Idempotency-Key": str(number)}
        )
        assert answer.status_code == 204
        owner.password = new
    async with database.transaction(principal.account_id) as session:
        fingerprints = set((await session.execute(text("SELECT fingerprint FROM identity.idempotency_key"))).scalars())

    assert len(fingerprints) == 1


@pytest.mark.invariant("M2")
async def test_anonymous_requests_accept_the_key_and_do_nothing_twice(
    http: httpx2.AsyncClient, api: FastAPI, owner: Person
) -> None:
    """They ignore it: their answers hold tokens, which are not kept. Generated clients send it with every POST."""
    invitation = (await owner.post("/api/auth/invitations", json={"email": "b@example.com", "role": "MEMBER"})).json()
    sign_in = {"email": "a@example.com", "password": NEW}
    expected = {
        "/api/auth/signup": (sign_in | {"account_name": "Bakery"}, 201, (409, "email_taken")),
        "/api/auth/login": (sign_in, 200, (200, None)),
        "/api/auth/invitations/accept": (
            {"token": invitation["token"], "password": NEW},
            201,
            (404, "invitation_invalid"),
        ),
        "/api/auth/refresh": ({"refresh_token": owner.signed_in["refresh_token"]}, 200, (200, None)),
    }
    public = {
        path
        for (method, path), permissions in route_permissions(api).items()
        if method == "POST" and permissions is None
    }
    assert public == expected.keys()

    for path, (body, first, (again, code)) in expected.items():
        answers = [await http.post(path, json=body, headers=KEY) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [first, again], path
        assert answers[1].json().get("code") == code
        assert not [answer for answer in answers if "idempotency-replayed" in answer.headers]


async def test_the_documentation_shows_where_the_key_is_honoured(api: FastAPI) -> None:
    documented = {
        path
        for path, item in api.openapi()["paths"].items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in item.get("post", {}).get("parameters", []))
    }
    assert documented == {"/api/auth/password", "/api/auth/logout", "/api/auth/invitations"}
