from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from common.database import asyncpg_url
from sqlalchemy import Connection, MetaData, String, Text, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from testing.servers import DatabaseServer

_INFRASTRUCTURE = frozenset({"outbox", "inbox", "idempotency_key"})
_VERSION_TABLE = "alembic_version"


class SchemaConventions:
    """The migrations create what the models describe, and row-level security guards every table (T1)."""

    metadata: ClassVar[MetaData]
    compared: ClassVar[frozenset[str]] = frozenset({"table", "column"})
    """What the models describe; others exist in the migrations alone. May add ``index``, ``unique_constraint`` and
    ``foreign_key_constraint``."""
    compares_defaults: ClassVar[bool] = True

    @pytest.fixture
    async def connection(self, database_server: DatabaseServer, service_name: str) -> AsyncIterator[AsyncConnection]:
        """A superuser's connection to the migrated database."""
        database_server.migrate(service_name)
        engine = create_async_engine(asyncpg_url(database_server.url))
        async with engine.connect() as opened:
            yield opened
        await engine.dispose()

    async def test_models_and_migrations_agree(self, connection: AsyncConnection, service_name: str) -> None:
        assert await connection.run_sync(self._differences, service_name) == []

    @pytest.mark.invariant("T1")
    async def test_row_level_security_is_forced_on_every_table(
        self, connection: AsyncConnection, service_name: str
    ) -> None:
        statement = text(
            "SELECT relname, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class "
            "WHERE relnamespace = to_regnamespace(:schema) AND relkind = 'r' AND relname <> :version_table"
        )
        parameters = {"schema": service_name, "version_table": _VERSION_TABLE}
        forced = {row.relname: row.forced for row in await connection.execute(statement, parameters)}

        assert set(forced) == {table.name for table in self.metadata.sorted_tables} | _INFRASTRUCTURE
        assert [table for table, is_forced in forced.items() if not is_forced] == []

    @pytest.mark.invariant("T1")
    async def test_the_service_s_roles_own_no_table_and_do_not_bypass_row_level_security(
        self, connection: AsyncConnection, service_name: str
    ) -> None:
        owned = text(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:schema) AND relkind = 'r' "
            "AND pg_get_userbyid(relowner) LIKE :roles"
        )
        bypassing = text("SELECT rolname FROM pg_roles WHERE rolname LIKE :roles AND (rolbypassrls OR rolsuper)")
        parameters = {"schema": service_name, "roles": f"{service_name}%"}

        assert (await connection.execute(owned, parameters)).all() == []
        assert (await connection.execute(bypassing, parameters)).all() == []

    @pytest.mark.invariant("T1")
    async def test_every_foreign_key_includes_the_account(self, connection: AsyncConnection, service_name: str) -> None:
        """PostgreSQL checks foreign keys without row-level security, so a key of ids alone can cross accounts."""
        statement = text("""
            SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = to_regnamespace(:schema)
            AND NOT EXISTS (
                SELECT FROM pg_attribute
                WHERE attrelid = conrelid AND attnum = ANY(conkey) AND attname = 'account_id'
            )
        """)
        assert (await connection.execute(statement, {"schema": service_name})).scalars().all() == []

    def _differences(self, connection: Connection, service: str) -> list[object]:
        def include_object(
            _object: object, name: str | None, kind: str, _reflected: bool, _compared_to: object
        ) -> bool:
            return kind in self.compared and name not in {*_INFRASTRUCTURE, _VERSION_TABLE}

        def include_name(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "schema" or name == service

        def compare_type(
            _context: object, _column: object, _described: object, found: object, described: object
        ) -> bool | None:
            # a str is created as text, which is a String to SQLAlchemy; None leaves other types to alembic
            return False if isinstance(found, Text) and isinstance(described, String) else None

        options = {
            "include_schemas": True,
            "include_object": include_object,
            "include_name": include_name,
            "compare_type": compare_type,
            "compare_server_default": self.compares_defaults,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), self.metadata))
