"""Row-level security of identity's tables (T1)."""

from uuid import UUID

import asyncpg
import httpx2
import pytest
from common.auth import Role
from common.database import Database, libpq_url
from identity.factory import ProcessContext
from identity.models import Base, User
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from testing.servers import DatabaseServer

from .conftest import People, Person

# Rate limits count attempts before the account is known, and signing keys are those of the whole system.
OF_NO_ACCOUNT = {"rate_limit_window", "signing_key"}
TENANT_TABLES = [table for table in Base.metadata.sorted_tables if table.name not in OF_NO_ACCOUNT]


@pytest.mark.invariant("T1")
async def test_a_query_without_where_returns_only_own_rows(
    context: ProcessContext, people: People, owner: Person
) -> None:
    other = await people.owner()
    await people.join(other, Role.MEMBER)
    own = UUID(owner.account_id)

    async with context.database.transaction() as session:
        for table in TENANT_TABLES:
            assert (await session.execute(select(table))).all() == [], table.name
    async with context.database.transaction(own) as session:
        for table in TENANT_TABLES:
            rows = (await session.execute(select(table.c.account_id))).scalars().all()
            assert set(rows) <= {own}, table.name
        changed = await session.execute(update(User).values(active=False).returning(User.id))
        assert [str(user_id) for user_id in changed.scalars()] == [owner.id]


@pytest.mark.invariant("T1")
async def test_every_table_forces_row_security_and_none_belongs_to_the_runtime_role(
    database_server: DatabaseServer, database: Database
) -> None:
    connection = await asyncpg.connect(libpq_url(database_server.url))
    rows = await connection.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner FROM pg_class "
        "WHERE relnamespace = 'identity'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'"
    )
    bypass = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'identity%' AND (rolbypassrls OR rolsuper)"
    )
    await connection.close()

    assert {row["relname"] for row in rows} >= {table.name for table in Base.metadata.sorted_tables}
    assert all(row["relrowsecurity"] and row["relforcerowsecurity"] for row in rows)
    assert "identity" not in {row["owner"] for row in rows}
    assert bypass == []


@pytest.mark.invariant("T1")
async def test_a_row_of_another_account_can_not_be_written(
    context: ProcessContext, people: People, owner: Person
) -> None:
    other = await people.owner()
    insert = text("INSERT INTO identity.audit_head (account_id, seq, hash) VALUES (:account, 0, '')")

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with context.database.transaction(UUID(owner.account_id)) as session:
            await session.execute(insert, {"account": other.account_id})


@pytest.mark.invariant("T1")
async def test_foreign_keys_between_tenant_rows_carry_the_account(
    database_server: DatabaseServer, database: Database
) -> None:
    connection = await asyncpg.connect(libpq_url(database_server.url))
    keys = await connection.fetch(
        "SELECT confrelid::regclass::text AS parent, array_length(conkey, 1) AS columns "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = 'identity'::regnamespace"
    )
    await connection.close()

    assert keys
    assert all(key["columns"] == (1 if key["parent"] == "identity.account" else 2) for key in keys)


@pytest.mark.invariant("T1")
async def test_the_role_of_another_service_can_not_read_the_schema(
    database_server: DatabaseServer, database: Database, owner: Person
) -> None:
    connection = await asyncpg.connect(libpq_url(database_server.url))
    try:
        await connection.execute(
            "DO $$ BEGIN CREATE ROLE content LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        await connection.execute("SET ROLE content")
        for statement in ("SELECT * FROM identity.account", "SELECT * FROM identity.find_user('ana@example.com')"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(statement)
    finally:
        await connection.close()


@pytest.mark.invariant("T1")
async def test_lookups_without_an_account_return_only_ids(context: ProcessContext, owner: Person) -> None:
    async with context.database.transaction() as session:
        found = (
            (await session.execute(text("SELECT * FROM identity.find_user(:e)"), {"e": owner.email})).mappings().one()
        )
    async with context.database.cross_account.transaction() as session:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text("SELECT * FROM identity.find_user('x')"))

    assert {name: str(value) for name, value in found.items()} == {"account_id": owner.account_id, "user_id": owner.id}


@pytest.mark.invariant("T1", "T2")
async def test_header_and_body_can_not_choose_the_account(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    other = await people.owner()
    headers = owner.headers | {"X-Account-Id": other.account_id}

    answer = await http.patch("/api/account?account_id=" + other.account_id, json={"name": "Mine"}, headers=headers)

    assert answer.json()["id"] == owner.account_id
    assert (await other.get("/api/account")).json()["name"] == "Harbour Bakery"
