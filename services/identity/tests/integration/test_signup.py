import asyncio

import pytest
from common.contracts import AccountCreated
from common.testing import assert_emitted, emitted
from sqlalchemy import text


@pytest.mark.invariant("E1")
async def test_a_signup_is_account_owner_session_audit_and_event_at_once(http, context, people):
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


async def test_the_timezone_is_auckland_unless_told(people):
    assert (await people.owner()).signed_in["account"]["timezone"] == "Pacific/Auckland"


async def test_a_second_signup_with_the_address_in_another_case_is_a_conflict_and_leaves_nothing(http, context, people):
    await people.owner(email="ana@example.com")

    body = {"email": "ANA@example.COM", "password": "another long one", "account_name": "Copy"}
    answer = await http.post("/api/auth/signup", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    await assert_emitted(context.database, AccountCreated)


async def test_two_signups_at_one_moment_make_one_account(http, context):
    body = {"email": "ana@example.com", "password": "quiet harbour lamp", "account_name": "Bakery"}

    answers = await asyncio.gather(*(http.post("/api/auth/signup", json=body) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await emitted(context.database, AccountCreated)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "ana\u200b@example.com"),
        ("email", "ana@example.com\u0000"),
        ("password", "elevenchars"),
        ("password", "x" * 129),
        ("password", "quiet\u0000harbour lamp"),
        ("password", "password1234"),
        ("password", "ana@example.com"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("website_url", "javascript:alert(1)"),
        ("website_url", "https://ana:secret@example.com"),
        ("account_name", "  "),
        ("account_name", "a\u0000b"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(http, field, value):
    body = {"email": "ana@example.com", "password": "quiet harbour lamp", "account_name": "Bakery"} | {field: value}

    answer = await http.post("/api/auth/signup", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "harbour lamp" not in answer.text


async def test_a_password_is_kept_as_argon2id_alone(context, owner):
    async with context.database.transaction(owner.signed_in["account"]["id"]) as session:
        kept = (await session.execute(text('SELECT password_hash FROM identity."user"'))).scalar_one()

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
