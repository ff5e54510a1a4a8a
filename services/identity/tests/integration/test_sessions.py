from datetime import timedelta

import httpx2
from common.auth import Role
from identity.factory import ProcessContext
from pulseworks_contracts import SessionRevoked
from testing import ManualClock, assert_emitted, emitted

from .conftest import People, Person


async def test_logout_ends_the_session_everywhere(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    answer = await owner.post("/api/auth/logout")

    assert answer.status_code == 204
    event = await assert_emitted(context.database, SessionRevoked)
    assert (str(event.data.user_id), event.data.reason) == (owner.id, "logout")
    assert (await owner.get("/api/auth/me")).json()["code"] == "session_ended"
    refreshed = await http.post("/api/auth/refresh", json={"refresh_token": owner.signed_in["refresh_token"]})
    assert refreshed.status_code == 401


async def test_a_user_lists_and_ends_own_sessions(
    http: httpx2.AsyncClient, context: ProcessContext, people: People, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=1))
    phone = await people.login(owner.email)

    listed = (await phone.get("/api/auth/sessions")).json()["items"]
    here, there = listed
    ended = await phone.delete(f"/api/auth/sessions/{there['id']}")

    assert (here["current"], there["current"]) == (True, False)
    assert ended.status_code == 204
    assert (await owner.get("/api/auth/me")).status_code == 401
    assert [s["id"] for s in (await phone.get("/api/auth/sessions")).json()["items"]] == [here["id"]]
    assert (await assert_emitted(context.database, SessionRevoked)).data.reason == "revoked"
    assert (await phone.delete(f"/api/auth/sessions/{there['id']}")).status_code == 404


async def test_another_users_session_is_not_found(context: ProcessContext, people: People, owner: Person) -> None:
    admin = await people.join(owner, Role.ADMIN)
    foreign = (await owner.principal(context)).session_id

    assert (await admin.delete(f"/api/auth/sessions/{foreign}")).status_code == 404
    assert (await owner.get("/api/auth/me")).status_code == 200


async def test_a_new_password_ends_all_other_sessions(
    http: httpx2.AsyncClient, context: ProcessContext, people: People, owner: Person
) -> None:
    phone = await people.login(owner.email)
    body = {"current_password": owner.password, "new_password": "a different harbour"}

    answer = await owner.post("/api/auth/password", json=body)

    assert answer.status_code == 204
    assert (await owner.get("/api/auth/me")).status_code == 200
    assert (await phone.get("/api/auth/me")).status_code == 401
    event = await assert_emitted(context.database, SessionRevoked)
    assert event.data.reason == "password_changed"
    old = await http.post("/api/auth/login", json={"email": owner.email, "password": owner.password})
    assert old.status_code == 401
    await people.login(owner.email, "a different harbour")
    log = (await owner.get("/api/audit")).json()["items"]
    assert "PASSWORD_CHANGED" in [entry["event_type"] for entry in log]


async def test_a_change_requires_the_current_password(context: ProcessContext, owner: Person) -> None:
    wrong = {"current_password": "not this one at all", "new_password": "a different harbour"}
    weak = {"current_password": owner.password, "new_password": "password1234"}

    first = await owner.post("/api/auth/password", json=wrong)
    second = await owner.post("/api/auth/password", json=weak)
    more = [await owner.post("/api/auth/password", json=wrong) for _ in range(9)]

    assert (first.status_code, first.json()["code"]) == (422, "current_password_wrong")
    assert second.json()["errors"][0]["field"] == "new_password"
    assert more[-1].status_code == 429
    assert await emitted(context.database, SessionRevoked) == []
