"""One address has one user, however it is spelled."""

import httpx2
import pytest

from .conftest import PASSWORD, People, Person

SPELLINGS = [
    "zoé@müller.example",
    "ZOE\u0301@MU\u0308LLER.example",
    "zoé@xn--mller-kva.example",
    "zoé@Xn--MLLER-kva.EXAMPLE",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_all_spellings_of_an_address_are_one_user(
    http: httpx2.AsyncClient, people: People, owner: Person, spelling: str
) -> None:
    user = await people.owner(email=SPELLINGS[0])
    signup = {"email": spelling, "password": PASSWORD, "account_name": "Bakery"}
    invitation = await owner.post("/api/auth/invitations", json={"email": spelling, "role": "MEMBER"})
    acceptance = {"token": invitation.json()["token"], "password": PASSWORD}

    signed_in = await people.login(spelling)

    assert signed_in.id == user.id
    assert invitation.json()["email"] == SPELLINGS[0]
    assert (await http.post("/api/auth/signup", json=signup)).json()["code"] == "email_taken"
    assert (await http.post("/api/auth/invitations/accept", json=acceptance)).json()["code"] == "email_taken"
    own = await user.post("/api/auth/invitations", json={"email": spelling, "role": "MEMBER"})
    assert own.json()["code"] == "already_member"


async def test_a_new_invitation_replaces_one_for_another_spelling(owner: Person) -> None:
    for spelling in SPELLINGS:
        await owner.post("/api/auth/invitations", json={"email": spelling, "role": "MEMBER"})

    assert len((await owner.get("/api/auth/invitations")).json()["items"]) == 1


async def test_guesses_at_all_spellings_count_together(http: httpx2.AsyncClient) -> None:
    body = {"password": "not this one at all"}
    answers = [
        await http.post("/api/auth/login", json=body | {"email": spelling}) for spelling in [*SPELLINGS, *SPELLINGS[:2]]
    ]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
