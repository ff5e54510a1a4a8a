"""Bytes of disk for a row of each table, with its indexes, measured on many copies of the rows that are there."""

from typing import Any

import asyncpg

COPIES = 20_000
_TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('identity', 'billing', 'content', 'scheduler', 'publisher') AND tablename <> 'alembic_version'
    ORDER BY 1, 2
"""
# Ids of rows rise with time, as UUIDv7 do. Those of accounts are random, so that an index that begins with one is
# filled as it is when many accounts write.
_COLUMNS = """
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attgenerated <> '' AS generated,
        EXISTS (
            SELECT FROM pg_index
            WHERE indrelid = attrelid AND indisunique AND attnum = ANY(indkey) AND NOT EXISTS (
                SELECT FROM pg_attribute AS other
                WHERE other.attrelid = indrelid AND other.attnum = ANY(indkey) AND other.atttypid = 'uuid'::regtype
            )
        ) AS must_differ
    FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_RISING = "(lpad(to_hex(n), 12, '0') || substr(md5(n::text || '{0}'), 1, 20))::uuid"


async def table_bytes(admin: asyncpg.Connection) -> dict[str, int]:
    """Return the bytes by table, for the tables that have a row."""
    await admin.execute("CREATE SCHEMA bench")
    found = {}
    for schema, table in await admin.fetch(_TABLES):
        name = f'{schema}."{table}"'
        rows = await admin.fetchval(f"SELECT count(*) FROM {name}")
        if rows:
            size = await _copied(admin, name, rows)
            if size is not None:
                found[f"{schema}.{table}"] = size
    return found


async def _copied(admin: asyncpg.Connection, name: str, rows: int) -> int | None:
    columns = [column for column in await admin.fetch(_COLUMNS, name) if not column["generated"]]
    if any(column["must_differ"] and _value(column) is None for column in columns):
        return None  # one row for each day, or one at all
    each = -(-COPIES // rows)
    await admin.execute(f"DROP TABLE IF EXISTS bench.copies; CREATE TABLE bench.copies (LIKE {name} INCLUDING ALL)")
    names = ", ".join(f'"{column["name"]}"' for column in columns)
    values = ", ".join(_value(column) or f'"{column["name"]}"' for column in columns)
    await admin.execute(
        f"INSERT INTO bench.copies ({names}) SELECT {values} FROM (SELECT row_number() OVER () AS n, copied.* "
        f"FROM {name} AS copied, generate_series(1, {each})) AS numbered"
    )
    size = int(await admin.fetchval("SELECT pg_total_relation_size('bench.copies')"))
    return round(size / (rows * each))


def _value(column: Any) -> str | None:
    """Return the expression of a value that differs in each copy; None: as in the original."""
    name, kind = f'"{column["name"]}"', column["type"]
    if kind == "uuid":
        fresh = "gen_random_uuid()" if column["name"] == "account_id" else _RISING.format(column["name"])
        return f"CASE WHEN {name} IS NOT NULL THEN {fresh} END"
    if not column["must_differ"]:
        return None
    return {"text": f"{name} || n", "bytea": "sha256(n::text::bytea)"}.get(kind)
