from datetime import timedelta
from typing import Any

import httpx2
import pytest
from common.auth import Role
from identity.factory import ProcessContext
from testing import ManualClock

from .conftest import People, Person

PASSWORD = "quiet harbour lamp"


async def _invite(person: Person, email: str, role: str = "MEMBER", **kwargs: Any) -> httpx2.Response:
    return await person.post("/api/auth/invitations", json={"email": email, "role": role}, **kwargs)


async def _accept(http: httpx2.AsyncClient, token: str, password: str = PASSWORD) -> httpx2.Response:
    return await http.post("/api/auth/invitations/accept", json={"token": token, "password": password})


async def test_an_invited_person_joins_the_account_with_the_invited_role(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    member = await people.join(owner, Role.MEMBER)

    assert member.account_id == owner.account_id
    assert member.signed_in["user"]["role"] == "MEMBER"
    listed = (await owner.get("/api/users")).json()["items"]
    assert [user["id"] for user in listed] == [owner.id, member.id]
    log = (await owner.get("/api/audit")).json()["items"]
    assert [entry["event_type"] for entry in log[:2]] == ["USER_JOINED", "USER_INVITED"]
    assert (await owner.get("/api/auth/invitations")).json()["items"] == []


async def test_an_admin_can_invite_admins_but_not_owners(people: People, owner: Person) -> None:
    admin = await people.join(owner, Role.ADMIN)

    refused = await _invite(admin, "boss@example.com", "OWNER")

    assert (refused.status_code, refused.json()["code"]) == (403, "owner_only")
    assert (await _invite(admin, "second@example.com", "ADMIN")).status_code == 201
    assert (await _invite(owner, "boss@example.com", "OWNER")).status_code == 201


async def test_a_token_is_valid_once(http: httpx2.AsyncClient, owner: Person) -> None:
    token = (await _invite(owner, "new@example.com")).json()["token"]
    await _accept(http, token)

    again = await _accept(http, token)

    assert (again.status_code, again.json()["code"]) == (404, "invitation_invalid")


async def test_a_token_expires_after_a_week(http: httpx2.AsyncClient, owner: Person, clock: ManualClock) -> None:
    token = (await _invite(owner, "new@example.com")).json()["token"]
    clock.advance(timedelta(days=7))

    assert (await _accept(http, token)).json()["code"] == "invitation_invalid"


async def test_a_new_invitation_replaces_the_earlier_one(http: httpx2.AsyncClient, owner: Person) -> None:
    first = (await _invite(owner, "new@example.com")).json()
    second = (await _invite(owner, "New@Example.com", "ADMIN")).json()

    assert (await _accept(http, first["token"])).status_code == 404
    assert (await _accept(http, second["token"])).json()["user"]["role"] == "ADMIN"


async def test_a_withdrawn_invitation_is_invalid(http: httpx2.AsyncClient, owner: Person) -> None:
    invited = (await _invite(owner, "new@example.com")).json()

    assert (await owner.delete(f"/api/auth/invitations/{invited['id']}")).status_code == 204
    assert (await _accept(http, invited["token"])).status_code == 404
    assert (await owner.delete(f"/api/auth/invitations/{invited['id']}")).status_code == 404


async def test_open_invitations_of_a_deactivated_user_are_invalid(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    admin = await people.join(owner, Role.ADMIN)
    token = (await _invite(admin, "friend@example.com", "ADMIN")).json()["token"]

    await owner.patch(f"/api/users/{admin.id}", json={"active": False})

    assert (await _accept(http, token)).status_code == 404


async def test_a_member_can_not_be_invited(people: People, owner: Person) -> None:
    member = await people.join(owner, Role.MEMBER)

    answer = await _invite(owner, member.email.upper())

    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


@pytest.mark.invariant("T1")
async def test_an_invitation_does_not_reveal_users_of_other_accounts(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    stranger = await people.owner()

    invited = await _invite(owner, stranger.email)
    accepted = await _accept(http, invited.json()["token"])

    assert invited.status_code == 201
    assert (accepted.status_code, accepted.json()["code"]) == (409, "email_taken")


async def test_a_weak_password_does_not_consume_the_invitation(http: httpx2.AsyncClient, owner: Person) -> None:
    token = (await _invite(owner, "new@example.com")).json()["token"]

    assert (await _accept(http, token, "short")).status_code == 422
    assert (await _accept(http, token)).status_code == 201


@pytest.mark.invariant("M2")
async def test_a_repeated_invitation_is_created_once_and_its_token_is_not_stored(
    context: ProcessContext, owner: Person
) -> None:
    first = await _invite(owner, "new@example.com", headers={"Idempotency-Key": "one"})
    again = await _invite(owner, "new@example.com", headers={"Idempotency-Key": "one"})
    other = await _invite(owner, "other@example.com", headers={"Idempotency-Key": "one"})

    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "idempotent_answer_not_kept")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await owner.get("/api/auth/invitations")).json()["items"]) == 1
