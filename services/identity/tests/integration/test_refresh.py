import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import httpx2
import pytest
from identity.factory import ProcessContext
from identity.models import RefreshToken
from pulseworks_contracts import SessionRevoked
from sqlalchemy import select
from testing import ManualClock, assert_emitted, emitted

from .conftest import Person, client_at


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
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person, clock: ManualClock
) -> None:
    first = owner.signed_in["refresh_token"]
    second = (await _refresh(http, first)).json()
    clock.advance(timedelta(seconds=10))

    reused = await _refresh(http, first)

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_token_reused")
    assert (await _refresh(http, second["refresh_token"])).json()["code"] == "refresh_token_invalid"
    event = await assert_emitted(context.database, SessionRevoked)
    principal = await owner.principal(context)
    assert event.data.session_id == principal.session_id
    assert event.data.reason == "reuse_detected"
    assert event.data.tokens_expire_at == context.clock.now() + timedelta(minutes=15)
    assert (await owner.get("/api/auth/me")).json()["code"] == "session_ended"


async def test_reuse_is_reported_once(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person, clock: ManualClock
) -> None:
    await _refresh(http, owner.signed_in["refresh_token"])
    clock.advance(timedelta(seconds=10))
    answers = [await _refresh(http, owner.signed_in["refresh_token"]) for _ in range(3)]

    assert [answer.json()["code"] for answer in answers] == [
        "refresh_token_reused",
        "refresh_token_invalid",
        "refresh_token_invalid",
    ]
    assert len(await emitted(context.database, SessionRevoked)) == 1


async def test_concurrent_refreshes_of_one_client_get_one_successor(
    http: httpx2.AsyncClient, other_http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    """Two tabs on two replicas, and a third one that comes later."""
    token = owner.signed_in["refresh_token"]

    answers = await asyncio.gather(*(_refresh((http, other_http)[tab % 2], token) for tab in range(6)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    for answer in answers:
        await context.token_verifier.verify(answer.json()["access_token"])
    assert (await _refresh(http, answers[0].json()["refresh_token"])).status_code == 200
    assert await emitted(context.database, SessionRevoked) == []


OVERLAP = timedelta(seconds=10)


@pytest.mark.parametrize(("after", "status"), [(timedelta(seconds=9), 200), (OVERLAP, 401)])
async def test_the_overlap_lasts_ten_seconds(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person, after: timedelta, status: int
) -> None:
    token = owner.signed_in["refresh_token"]
    await _refresh(http, token)
    clock.advance(after)

    assert (await _refresh(http, token)).status_code == status


@pytest.mark.parametrize("headers", [client_at("203.0.113.9"), {"User-Agent": "another browser"}])
async def test_another_client_in_the_overlap_ends_the_session(
    http: httpx2.AsyncClient, owner: Person, headers: dict[str, str]
) -> None:
    token = owner.signed_in["refresh_token"]
    await _refresh(http, token)

    stolen = await http.post("/api/auth/refresh", json={"refresh_token": token}, headers=headers)

    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_reused")
    assert (await _refresh(http, token)).json()["code"] == "refresh_token_invalid"


async def test_a_token_whose_successor_was_used_is_reused_even_in_the_overlap(
    http: httpx2.AsyncClient, owner: Person
) -> None:
    first = owner.signed_in["refresh_token"]
    second = (await _refresh(http, first)).json()["refresh_token"]
    await _refresh(http, second)

    assert (await _refresh(http, first)).json()["code"] == "refresh_token_reused"


async def test_a_thief_who_got_the_successor_in_the_overlap_is_found(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    """A thief behind the same address and agent gets the same successor, and not a second chain of tokens."""
    first = owner.signed_in["refresh_token"]
    own, stolen = [(await _refresh(http, first)).json()["refresh_token"] for _ in range(2)]
    clock.advance(timedelta(minutes=10))
    await _refresh(http, stolen)
    clock.advance(timedelta(minutes=5))

    assert (await _refresh(http, own)).json()["code"] == "refresh_token_reused"


async def test_what_is_stored_does_not_yield_a_refresh_token(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    tokens = [owner.signed_in["refresh_token"]]
    for _ in range(2):
        tokens.append((await _refresh(http, tokens[-1])).json()["refresh_token"])

    async with context.database.transaction(UUID(owner.account_id)) as session:
        rows = (await session.execute(select(RefreshToken.__table__).order_by(RefreshToken.created_at))).all()
    stored = repr(rows)
    assert not any(token in stored or token.removeprefix("pw_refresh_") in stored for token in tokens)
    # the salt of the last use only, and it needs the used token
    assert [row.successor_salt is not None for row in rows].count(True) == 1
    assert len(set(tokens)) == 3


async def test_a_refresh_extends_the_session_by_thirty_days(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=29, hours=23))
    second = (await _refresh(http, owner.signed_in["refresh_token"])).json()["refresh_token"]
    clock.advance(timedelta(days=29, hours=23))
    third = await _refresh(http, second)

    assert third.json()["refresh_expires_at"] == _iso(clock.now() + timedelta(days=30))
    clock.advance(timedelta(days=30))
    assert (await _refresh(http, third.json()["refresh_token"])).json()["code"] == "refresh_token_invalid"


async def test_an_unused_session_expires_after_thirty_days(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock
) -> None:
    clock.advance(timedelta(days=30))

    assert (await _refresh(http, owner.signed_in["refresh_token"])).json()["code"] == "refresh_token_invalid"


async def test_a_session_ends_ninety_days_after_the_sign_in(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock
) -> None:
    """Also one that is refreshed each day; its last access token ends with it."""
    end = clock.now() + timedelta(days=90)
    token = owner.signed_in["refresh_token"]
    for _ in range(89):
        clock.advance(timedelta(days=1))
        answer = await _refresh(http, token)
        token = answer.json()["refresh_token"]
    clock.advance(timedelta(hours=23, minutes=50))

    last = (await _refresh(http, token)).json()

    assert (last["expires_at"], last["expires_in"]) == (_iso(end), 600)
    assert last["refresh_expires_at"] == _iso(end)
    clock.advance(timedelta(minutes=10))
    assert (await _refresh(http, last["refresh_token"])).json()["code"] == "refresh_token_invalid"
    me = await http.get("/api/auth/me", headers={"Authorization": f"Bearer {last['access_token']}"})
    assert me.json()["code"] == "token_expired"


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("token", ["", "pw_refresh_unknown", "x" * 200, "ü\U0001f511"])
async def test_an_unknown_token_is_rejected(http: httpx2.AsyncClient, token: str) -> None:
    answer = await _refresh(http, token)

    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")
