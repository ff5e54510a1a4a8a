"""A build beside a schema that a later one has migrated, as during a roll-out and after a roll-back."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from common.database import Database, builds_v1, check_schema, libpq_url
from common.database.migrate import migrate
from common.errors import NotReadyError
from testing.servers import DatabaseServer

VERSIONS = Path(__file__).with_name("probe_migrations")
BUILD, LATER = "0001", "0003"


class Statements:
    """Stands for alembic's operations, of which the function uses one."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def execute(self, statement: str) -> None:
        self.made.append(statement)


def refusal_of_builds_before(revision: str) -> str:
    operations = Statements()
    builds_v1.refuse_builds_before(operations, "probe", revision)  # type: ignore[arg-type]
    return operations.made[0]


@pytest.fixture
async def later(database: Database, database_server: DatabaseServer) -> AsyncIterator[asyncpg.Connection]:
    """An administrator of a database whose schema a later build has migrated."""
    connection = await asyncpg.connect(libpq_url(database_server.url))
    await connection.execute(f"UPDATE probe.alembic_version SET version_num = '{LATER}'")
    yield connection
    await connection.execute(f"UPDATE probe.alembic_version SET version_num = '{BUILD}'")
    await connection.execute("COMMENT ON TABLE probe.alembic_version IS NULL")
    await connection.close()


async def apply(server: DatabaseServer) -> None:
    await migrate("probe", server.url, server.runtime_url("probe"), VERSIONS)


async def test_a_build_uses_a_schema_that_a_later_one_has_migrated(
    database: Database, later: asyncpg.Connection
) -> None:
    await check_schema(database, VERSIONS)
    await later.execute(refusal_of_builds_before(BUILD))
    await check_schema(database, VERSIONS)


async def test_a_build_that_the_schema_refuses_is_not_ready_and_says_what_to_deploy(
    database: Database, later: asyncpg.Connection
) -> None:
    await later.execute(refusal_of_builds_before("0002"))
    with pytest.raises(NotReadyError, match=r"at 0003 and refuses this build.* needs 0002\. Deploy a newer version"):
        await check_schema(database, VERSIONS)


async def test_migrate_leaves_a_newer_schema_as_it_is(
    database: Database, later: asyncpg.Connection, database_server: DatabaseServer
) -> None:
    await apply(database_server)
    assert await later.fetchval("SELECT version_num FROM probe.alembic_version") == LATER
    await check_schema(database, VERSIONS)


async def test_migrate_fails_on_a_schema_that_refuses_its_build(
    database: Database, later: asyncpg.Connection, database_server: DatabaseServer
) -> None:
    await later.execute(refusal_of_builds_before("0002"))
    with pytest.raises(ValueError, match="refuses this build"):
        await apply(database_server)
