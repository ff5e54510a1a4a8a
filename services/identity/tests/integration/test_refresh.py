import asyncio
from datetime import timedelta

import httpx2
import pytest
from identity.factory import ProcessContext
from pulseworks_contracts import SessionRevoked
from testing import ManualClock, assert_emitted, emitted

from .conftest import Person


async def _refresh(http: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await http.post("/api/auth/refresh", json={"refresh_token": token})


async def test_a_refresh_returns_new_tokens_of_the_same_session(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=20))
    assert (await owner.get("/api/auth/me")).json()["code"] == "token_expired"

    answer = await _refresh(http, owner.signed_in["refresh_token"])

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    old, new = owner.signed_in, answer.json()
    assert new["refresh_token"] != old["refresh_token"]
    principal = await context.token_verifier.verify(new["access_token"])
    assert str(principal.user_id) == owner.id
    me = await http.get("/api/auth/me", headers={"Authorization": f"Bearer {new['access_token']}"})
    assert me.status_code == 200


@pytest.mark.invariant("E1")
async def test_reuse_of_a_token_ends_the_session(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    first = owner.signed_in["refresh_token"]
    second = (await _refresh(http, first)).json()

    reused = await _refresh(http, first)

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_reused")
    assert (await _refresh(http, second["refresh_token"])).json()["code"] == "refresh_token_invalid"
    event = await assert_emitted(context.database, SessionRevoked)
    principal = await owner.principal(context)
    assert event.data.session_id == principal.session_id
    assert event.data.reason == "reuse_detected"
    assert event.data.tokens_expire_at == context.clock.now() + timedelta(minutes=15)
    assert (await owner.get("/api/auth/me")).json()["code"] == "session_ended"


async def test_reuse_is_reported_once(http: httpx2.AsyncClient, context: ProcessContext, owner: Person) -> None:
    await _refresh(http, owner.signed_in["refresh_token"])
    answers = [await _refresh(http, owner.signed_in["refresh_token"]) for _ in range(3)]

    assert [answer.json()["code"] for answer in answers] == [
        "refresh_token_reused",
        "refresh_token_invalid",
        "refresh_token_invalid",
    ]
    assert len(await emitted(context.database, SessionRevoked)) == 1


async def test_of_two_concurrent_refreshes_one_succeeds_and_the_session_ends(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    token = owner.signed_in["refresh_token"]

    answers = await asyncio.gather(*(_refresh(http, token) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 401]
    assert len(await emitted(context.database, SessionRevoked)) == 1


async def test_a_refresh_extends_the_session_by_thirty_days(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=29, hours=23))
    second = (await _refresh(http, owner.signed_in["refresh_token"])).json()["refresh_token"]
    clock.advance(timedelta(days=29, hours=23))
    third = (await _refresh(http, second)).json()["refresh_token"]
    clock.advance(timedelta(days=30))

    assert (await _refresh(http, third)).json()["code"] == "refresh_token_invalid"


@pytest.mark.parametrize("token", ["", "pw_refresh_unknown", "x" * 200, "ü\U0001f511"])
async def test_an_unknown_token_is_rejected(http: httpx2.AsyncClient, token: str) -> None:
    answer = await _refresh(http, token)

    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")
