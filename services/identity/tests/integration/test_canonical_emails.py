"""One address has one user, however it is spelled."""

import importlib.util
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from common.database import asyncpg_url
from identity.factory import MIGRATIONS
from sqlalchemy.ext.asyncio import create_async_engine
from testing.servers import DatabaseServer

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


async def migrate_again(server: DatabaseServer) -> None:
    file = MIGRATIONS / "0005_canonical_emails.py"
    spec = importlib.util.spec_from_file_location("canonical_emails", file)
    assert spec is not None
    assert spec.loader is not None
    migration: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)

    def upgrade(connection: sa.Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()

    engine = create_async_engine(asyncpg_url(server.url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def store(server: DatabaseServer, user: Person, email: str) -> None:
    """Write an address as earlier versions stored it."""
    engine = create_async_engine(asyncpg_url(server.url))
    async with engine.begin() as connection:
        statement = sa.text('UPDATE identity."user" SET email = :email WHERE id = :id')
        await connection.execute(statement, {"email": email, "id": user.id})
    await engine.dispose()


async def test_the_migration_rewrites_stored_addresses(
    database_server: DatabaseServer, people: People, owner: Person
) -> None:
    await store(database_server, owner, "zoé@xn--mller-kva.example")
    other = await people.owner()

    await migrate_again(database_server)

    assert (await people.login(SPELLINGS[0])).id == owner.id
    assert (await people.login(other.email)).id == other.id


@pytest.mark.parametrize(
    ("emails", "problem"),
    [
        ((SPELLINGS[0], SPELLINGS[2]), "users with one address"),
        (("a..b@example.com", "ana@example.com"), "whose address is not valid"),
    ],
)
async def test_the_migration_names_users_that_it_can_not_decide_about_and_changes_nothing(
    database_server: DatabaseServer, people: People, emails: tuple[str, str], problem: str
) -> None:
    first, second, third = await people.owner(), await people.owner(), await people.owner()
    await store(database_server, third, "info@xn--bcher-kva.example")
    for user, email in zip((first, second), emails, strict=True):
        await store(database_server, user, email)

    with pytest.raises(ValueError, match=problem) as stopped:
        await migrate_again(database_server)

    assert first.id in str(stopped.value)
    assert not any(email in str(stopped.value) for email in emails)
    assert (await third.get("/api/auth/me")).json()["user"]["email"] == "info@xn--bcher-kva.example"
