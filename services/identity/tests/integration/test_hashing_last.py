"""A password is hashed only when the request can succeed: hashing is what strangers could exhaust."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from identity.factory import ProcessContext
from testing import ManualClock

from .conftest import PASSWORD, People, Person

INVITED = "new@example.com"
SIGN_UP = {"password": PASSWORD, "account_name": "Bakery"}


async def invite(owner: Person, email: str = INVITED) -> Any:
    invited = await owner.post("/api/auth/invitations", json={"email": email, "role": "MEMBER"})
    assert invited.status_code == 201, invited.text
    return invited.json()


async def accept(http: httpx2.AsyncClient, token: str, password: str = PASSWORD) -> httpx2.Response:
    return await http.post("/api/auth/invitations/accept", json={"token": token, "password": password})


async def made_up(owner: Person, _clock: ManualClock) -> str:
    del owner
    return "pw_invitation_made-up"


async def used(owner: Person, _clock: ManualClock) -> str:
    token: str = (await invite(owner))["token"]
    await accept(owner.http, token)
    return token


async def withdrawn(owner: Person, _clock: ManualClock) -> str:
    invited = await invite(owner)
    await owner.delete(f"/api/auth/invitations/{invited['id']}")
    return str(invited["token"])


async def expired(owner: Person, clock: ManualClock) -> str:
    token: str = (await invite(owner))["token"]
    clock.advance(timedelta(days=7))
    return token


@pytest.fixture
def hashed(context: ProcessContext, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed since the test cleared the list."""
    passwords: list[str] = []
    hash_password = context.passwords.hash

    async def recorded(password: str) -> str:
        passwords.append(password)
        return await hash_password(password)

    monkeypatch.setattr(context.passwords, "hash", recorded)
    return passwords


@pytest.mark.parametrize("prepare", [made_up, used, withdrawn, expired])
async def test_an_invitation_that_is_not_open_costs_no_hashing_and_gets_one_answer(
    http: httpx2.AsyncClient,
    owner: Person,
    clock: ManualClock,
    hashed: list[str],
    prepare: Callable[[Person, ManualClock], Awaitable[str]],
) -> None:
    token = await prepare(owner, clock)
    unknown = await accept(http, "x")
    hashed.clear()

    answer = await accept(http, token)

    assert (answer.status_code, answer.json()["code"]) == (404, "invitation_invalid")
    assert answer.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert hashed == []


async def test_an_address_that_has_a_user_costs_no_hashing(
    http: httpx2.AsyncClient, people: People, owner: Person, hashed: list[str]
) -> None:
    stranger = await people.owner()
    token = (await invite(owner, stranger.email))["token"]
    hashed.clear()

    answers = [
        await accept(http, token),
        await http.post("/api/auth/signup", json=SIGN_UP | {"email": stranger.email.upper()}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "email_taken")] * 2
    assert hashed == []


async def test_a_refused_password_costs_no_hashing(http: httpx2.AsyncClient, owner: Person, hashed: list[str]) -> None:
    token = (await invite(owner))["token"]
    hashed.clear()

    answers = [
        await accept(http, token, f"{INVITED}!"),
        await http.post("/api/auth/signup", json=SIGN_UP | {"email": "other@example.com", "password": "short"}),
    ]

    assert [answer.json()["code"] for answer in answers] == ["password_refused"] * 2
    assert hashed == []


@pytest.mark.usefixtures("real_hashing")
async def test_made_up_invitations_do_not_delay_a_sign_in(http: httpx2.AsyncClient, owner: Person) -> None:
    body = {"email": owner.email, "password": owner.password}

    answers = await asyncio.gather(
        *(accept(http, f"made-up {number}") for number in range(80)), http.post("/api/auth/login", json=body)
    )

    assert {answer.status_code for answer in answers[:-1]} == {404, 429}
    assert answers[-1].status_code == 200


async def test_attempts_to_accept_are_limited_by_client(http: httpx2.AsyncClient) -> None:
    statuses = [(await accept(http, f"made-up {number}")).status_code for number in range(31)]

    assert statuses == [404] * 30 + [429]
