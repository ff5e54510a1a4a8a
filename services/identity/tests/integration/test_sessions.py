from datetime import timedelta
from typing import Any

import httpx2
from identity.factory import ProcessContext
from pulseworks_contracts import SessionRevoked
from testing import ManualClock, assert_emitted, emitted


async def test_logout_ends_the_session_everywhere(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Any
) -> None:
    answer = await owner.post("/api/auth/logout")

    assert answer.status_code == 204
    event = await assert_emitted(context.database, SessionRevoked)
    assert (str(event.data.user_id), event.data.reason) == (owner.id, "logout")
    assert (await owner.get("/api/auth/me")).json()["code"] == "session_ended"
    refreshed = await http.post("/api/auth/refresh", json={"refresh_token": owner.signed_in["refresh_token"]})
    assert refreshed.status_code == 401


async def test_one_sees_and_ends_ones_own_sessions(
    http: httpx2.AsyncClient, context: ProcessContext, people: Any, owner: Any, clock: ManualClock
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


async def test_a_colleagues_session_is_not_ones_own(context: ProcessContext, people: Any, owner: Any) -> None:
    admin = await people.join(owner, "ADMIN")
    theirs = (await owner.principal(context)).session_id

    assert (await admin.delete(f"/api/auth/sessions/{theirs}")).status_code == 404
    assert (await owner.get("/api/auth/me")).status_code == 200


async def test_a_new_password_ends_the_other_sessions_and_not_this_one(
    http: httpx2.AsyncClient, context: ProcessContext, people: Any, owner: Any
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


async def test_a_password_is_changed_by_who_knows_it(context: ProcessContext, owner: Any) -> None:
    wrong = {"current_password": "not this one at all", "new_password": "a different harbour"}
    weak = {"current_password": owner.password, "new_password": "password1234"}

    first = await owner.post("/api/auth/password", json=wrong)
    second = await owner.post("/api/auth/password", json=weak)
    more = [await owner.post("/api/auth/password", json=wrong) for _ in range(9)]

    assert (first.status_code, first.json()["code"]) == (422, "current_password_wrong")
    assert second.json()["errors"][0]["field"] == "new_password"
    assert more[-1].status_code == 429
    assert await emitted(context.database, SessionRevoked) == []
