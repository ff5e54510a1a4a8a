from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from common.database import Database, asyncpg_url
from common.ids import new_id
from publisher.models import Base, ProviderProfile
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from testing.servers import DatabaseServer

from .conftest import World

INFRASTRUCTURE = {"outbox", "inbox", "idempotency_key", "alembic_version"}


async def test_models_and_migrations_agree(database: Database, database_server: DatabaseServer) -> None:
    def own(_object: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
        return kind != "table" or name not in INFRASTRUCTURE

    def compare(connection: Any) -> list[Any]:
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name == "publisher",
            "include_object": own,
            "compare_type": True,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    engine = create_async_engine(asyncpg_url(database_server.url))
    async with engine.connect() as connection:
        differences = await connection.run_sync(compare)
    await engine.dispose()
    assert differences == []


@pytest.mark.invariant("T1")
async def test_every_table_is_under_row_level_security(database: Database) -> None:
    statement = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'publisher'::regnamespace AND relkind = 'r' "
        "AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    async with database.transaction() as session:
        assert (await session.execute(statement)).scalars().all() == ["alembic_version"]


@pytest.mark.invariant("T1")
async def test_a_row_can_not_refer_to_another_account(world: World) -> None:
    statement = text(
        "INSERT INTO publisher.social_connection (id, account_id, platform, provider_profile_id, platform_account_id, "
        "display_name, status, seen_at) VALUES (:id, :account, 'FACEBOOK', :ref, '1', 'x', 'LINKED', now())"
    )
    other = new_id()
    with pytest.raises(IntegrityError, match="fk_social_connection_provider_profile"):
        async with world.database.transaction(other) as session:
            await session.execute(statement, {"id": new_id(), "account": other, "ref": world.ref_id})


@pytest.mark.invariant("T1")
async def test_the_loop_role_sees_due_rows_and_no_keys(world: World) -> None:
    async with world.database.cross_account.transaction() as session:
        await session.execute(text("SELECT id FROM publisher.delivery"))
    with pytest.raises(Exception, match="permission denied"):
        async with world.database.cross_account.transaction() as session:
            await session.execute(select(func.count()).select_from(ProviderProfile))
