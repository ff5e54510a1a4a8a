from pathlib import Path
from typing import Any, ClassVar

import asyncpg
from common.database import Database
from sqlalchemy import Table, select, text
from sqlalchemy.orm import DeclarativeBase

from testing.migrations import OldDatabase, released_database
from testing.servers import DatabaseServer

_TABLES = """
    SELECT c.oid, c.relname AS name FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND c.relname <> 'alembic_version' ORDER BY c.relname
"""
_COLUMNS = """
    SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
        a.attnotnull AS required, a.atthasdef OR a.attidentity <> '' AS has_default
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_FUNCTIONS = """
    SELECT oid::regprocedure::text AS name, pg_get_function_result(oid) AS type FROM pg_proc
    WHERE pronamespace = to_regnamespace($1)
"""
_RIGHTS = """
    SELECT format('%s may %s %s.%s', role, operation, c.relname, a.attname) AS right
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid, unnest($2::text[]) AS role,
        unnest('{SELECT,INSERT,UPDATE}'::text[]) AS operation
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(role, c.oid, a.attnum, operation)
    UNION ALL
    SELECT format('%s may DELETE %s', role, c.relname) FROM pg_class AS c, unnest($2::text[]) AS role
    WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND has_table_privilege(role, c.oid, 'DELETE')
"""
# A unique constraint has an index as well.
_RULES = """
    SELECT c.relname AS table, r.name, r.rule FROM pg_class AS c, LATERAL (
        SELECT conname AS name, pg_get_constraintdef(oid) AS rule FROM pg_constraint
        WHERE conrelid = c.oid AND contype NOT IN ('n', 'p', 'u')
        UNION ALL
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = c.oid AND indisunique
    ) AS r WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'
"""


class ReleasedSchemaConventions:
    """Schema and rows of the last release (`make schema-snapshot`) under the migrations since then."""

    base: ClassVar[type[DeclarativeBase]]
    snapshot: ClassVar[Path]
    changed_columns: ClassVar[frozenset[str]] = frozenset()
    """Those whose values a migration since the release changes: ``item.status``."""
    accepted: ClassVar[frozenset[str]] = frozenset()
    """Obstacles, by their text, that are none: the released build does not use what is gone, or meets what is new."""

    async def test_every_row_of_the_last_release_survives_and_the_models_read_it(
        self, database_server: DatabaseServer, service_name: str
    ) -> None:
        async with released_database(database_server, service_name, self.snapshot) as old:
            before = await _rows(old.connection, service_name)
            assert [table for table, rows in before.items() if not rows] == [], "no row shows what happens to rows"

            await old.upgrade()

            after = await _rows(old.connection, service_name)
            assert [fault for table in before for fault in self._losses(table, before[table], after[table])] == []
            await self._read(old)

    async def test_the_build_of_the_last_release_can_use_the_schema(
        self, database_server: DatabaseServer, service_name: str
    ) -> None:
        """Old replicas run beside new ones, and a roll-back deploys the last release on this schema."""
        async with released_database(database_server, service_name, self.snapshot) as old:
            before = await _shape(old.connection, service_name)
            await old.upgrade()
            after = await _shape(old.connection, service_name)
        assert self._obstacles(before, after) == []

    def _losses(self, table: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
        """Return what the migrations did to the rows of a table, other than adding to them."""
        kept = [name for name in before[0] if name in after[0] and f"{table}.{name}" not in self.changed_columns]
        remaining = [[row[name] for name in kept] for row in after]
        return [f"{table}: {row}" for row in before if [row[name] for name in kept] not in remaining]

    async def _read(self, old: OldDatabase) -> None:
        """Read each model's rows as a process does: those of one account at a time (T1)."""
        database = Database(old.runtime_url, service=old.service, pool_size=1)
        try:
            for mapper in self.base.registry.mappers:
                table = mapper.local_table
                if issubclass(mapper.class_, self.base) and isinstance(table, Table) and "account_id" in table.columns:
                    await _read_model(old, database, mapper.class_, f'{old.service}."{table.name}"')
        finally:
            await database.close()

    def _obstacles(self, before: dict[str, dict[Any, Any]], after: dict[str, dict[Any, Any]]) -> list[str]:
        """Return what of the released build would fail on the schema after the migrations."""
        columns, later = before["columns"], after["columns"]
        tables = {table for table, _ in columns}
        faults = [
            f"{name} is gone or changed"
            for name, type_ in before["functions"].items()
            if after["functions"].get(name) != type_
        ]
        faults += [f"no longer: {right}" for right in before["rights"] if right not in after["rights"]]
        for key, (type_, required, _) in columns.items():
            if key not in later or later[key][0] != type_:
                faults.append(f"the column {'.'.join(key)} is gone or has another type")
            elif later[key][1] and not required:
                faults.append(f"the column {'.'.join(key)} has become NOT NULL")
        faults += [
            f"the new column {'.'.join(key)} is NOT NULL without a default"
            for key, (_, required, has_default) in later.items()
            if key not in columns and key[0] in tables and required and not has_default
        ]
        faults += [
            f"the rule {name} of {table} is new or changed"
            for (table, name), rule in after["rules"].items()
            if table in tables and before["rules"].get((table, name)) != rule
        ]
        return [fault for fault in faults if fault not in self.accepted]


async def _read_model(old: OldDatabase, database: Database, model: type[DeclarativeBase], table: str) -> None:
    may_read = "SELECT has_table_privilege($1, $2, 'SELECT')"
    if not await old.connection.fetchval(may_read, old.service, table):
        return  # requests read none of it, or some columns
    for row in await old.connection.fetch(f"SELECT account_id, count(*) AS n FROM {table} GROUP BY account_id"):
        async with database.transaction(row["account_id"]) as session:
            found = (await session.execute(select(model))).scalars().all()
        assert len(found) == row["n"], f"{table}: {row['account_id']} sees {len(found)} rows"
    async with database.transaction() as session:
        visible = await session.execute(text(f"SELECT count(*) FROM {table}"))
        assert visible.scalar_one() == 0, f"{table} is visible without an account"


async def _rows(connection: asyncpg.Connection, service: str) -> dict[str, list[dict[str, Any]]]:
    tables = [record["name"] for record in await connection.fetch(_TABLES, service)]
    return {
        name: [dict(record) for record in await connection.fetch(f'SELECT * FROM {service}."{name}"')]
        for name in tables
    }


async def _shape(connection: asyncpg.Connection, service: str) -> dict[str, dict[Any, Any]]:
    columns = await connection.fetch(_COLUMNS, service)
    rights = await connection.fetch(_RIGHTS, service, [service, f"{service}_loop", f"{service}_lookup"])
    return {
        "columns": {(row["table"], row["name"]): (row["type"], row["required"], row["has_default"]) for row in columns},
        "functions": {row["name"]: row["type"] for row in await connection.fetch(_FUNCTIONS, service)},
        "rights": {row["right"]: True for row in rights},
        "rules": {(row["table"], row["name"]): row["rule"] for row in await connection.fetch(_RULES, service)},
    }
