"""Rows of the tables that a short use of the system leaves empty, such as those of webhooks and failed sign-ins."""

import re

import asyncpg
from sandbox.stack.secrets_file import SERVICES_WITH_DATABASE

_EMPTY = """
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname <> 'alembic_version'
    -- a table comes after those that it refers to
    ORDER BY EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f'), c.relname
"""
_COLUMNS = """
    SELECT quote_ident(attname) AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef ORDER BY attnum
"""
_CHECKS = "SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conrelid = $1 AND contype = 'c'"
_KEYS = """
    SELECT confrelid::regclass::text AS target, conrelid = confrelid AS own, ARRAY(
        SELECT quote_ident(a.attname) || '=' || quote_ident(f.attname)
        FROM unnest(conkey, confkey) AS pair(mine, theirs)
        JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = mine
        JOIN pg_attribute AS f ON f.attrelid = confrelid AND f.attnum = theirs
    ) AS columns FROM pg_constraint WHERE conrelid = $1 AND contype = 'f'
"""
_CHOICES = re.compile(r"\((\w+) = ANY \(ARRAY\['([^']*)'::text")
_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'text'",
    "smallint": "1",
    "integer": "1",
    "bigint": "1",
    "boolean": "false",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "jsonb": "'{}'",
    "bytea": r"'\x00'",
}


async def add_missing_rows(url: str) -> None:
    """Insert a row into each empty table of the services."""
    connection = await asyncpg.connect(url)
    try:
        account = await connection.fetchval("SELECT id FROM identity.account ORDER BY id LIMIT 1")
        for service in SERVICES_WITH_DATABASE:
            for table in await connection.fetch(_EMPTY, service):
                if not await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table['name']})"):
                    values = await _values(connection, table["oid"], str(account))
                    print(f"{table['name']} was empty", flush=True)
                    await connection.execute(
                        f"INSERT INTO {table['name']} ({', '.join(values)}) SELECT {', '.join(values.values())}"
                    )
    finally:
        await connection.close()


async def _values(connection: asyncpg.Connection, table: int, account: str) -> dict[str, str]:
    """Return an SQL expression for each column that needs a value."""
    columns = await connection.fetch(_COLUMNS, table)
    values = {column["name"]: _VALUES.get(column["type"], "'{}'") for column in columns}
    if "account_id" in values:
        values["account_id"] = f"'{account}'"
    for check in await connection.fetch(_CHECKS, table):
        for name, first in _CHOICES.findall(check["rule"]):
            if name in values:
                values[name] = f"'{first}'"
    for key in await connection.fetch(_KEYS, table):
        if not key["own"]:
            for pair in key["columns"]:
                mine, _, theirs = pair.partition("=")
                values[mine] = f"(SELECT {theirs} FROM {key['target']} ORDER BY id LIMIT 1)"
    return values
