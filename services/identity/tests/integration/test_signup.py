import asyncio

import httpx2
import pytest
from identity.factory import ProcessContext
from pulseworks_contracts import AccountCreated
from sqlalchemy import text
from testing import assert_emitted, emitted

from .conftest import People, Person


@pytest.mark.invariant("E1")
async def test_a_signup_creates_account_owner_session_audit_entry_and_event(
    http: httpx2.AsyncClient, context: ProcessContext, people: People
) -> None:
    owner = await people.owner(email="Ana@Example.com", website_url="https://bakery.example", timezone="Europe/Berlin")

    assert owner.signed_in["user"]["email"] == "ana@example.com"
    assert owner.signed_in["user"]["role"] == "OWNER"
    assert owner.signed_in["expires_in"] == 900
    event = await assert_emitted(context.database, AccountCreated)
    assert str(event.account_id) == owner.account_id
    assert event.subject == owner.account_id
    assert event.data.model_dump() == {
        "revision": 1,
        "name": "Harbour Bakery",
        "website_url": "https://bakery.example",
        "timezone": "Europe/Berlin",
    }
    log = (await owner.get("/api/audit")).json()["items"]
    assert [entry["event_type"] for entry in log] == ["ACCOUNT_CREATED"]
    assert log[0]["user_id"] == owner.id
    me = (await owner.get("/api/auth/me")).json()
    assert me["user"]["id"] == owner.id
    assert "billing:write" in me["permissions"]


async def test_the_default_time_zone_is_auckland(people: People) -> None:
    assert (await people.owner()).signed_in["account"]["timezone"] == "Pacific/Auckland"


async def test_a_second_signup_with_the_same_address_is_a_conflict(
    http: httpx2.AsyncClient, context: ProcessContext, people: People
) -> None:
    await people.owner(email="ana@example.com")

    body = {"email": "ANA@example.COM", "password": "another long one", "account_name": "Copy"}
    answer = await http.post("/api/auth/signup", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    await assert_emitted(context.database, AccountCreated)


async def test_concurrent_signups_create_one_account(http: httpx2.AsyncClient, context: ProcessContext) -> None:
    body = {"email": "ana@example.com", "password": "quiet harbour lamp", "account_name": "Bakery"}

    answers = await asyncio.gather(*(http.post("/api/auth/signup", json=body) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await emitted(context.database, AccountCreated)) == 1


@pytest.mark.usefixtures("real_hashing")
async def test_a_password_is_stored_only_as_argon2id(context: ProcessContext, owner: Person) -> None:
    async with context.database.transaction(owner.signed_in["account"]["id"]) as session:
        kept = (await session.execute(text('SELECT password_hash FROM identity."user"'))).scalar_one()

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
