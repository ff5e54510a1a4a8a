"""``python -m <service> migrate``: creates the service's roles, schema and tables.

Runs with a privileged login, because row-level security is forced on the owner as well. Several replicas may call it at
the same time: an advisory lock lets one migrate, and the others find nothing to do.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common.database.schema import VERSION_TABLE
from common.database.session import asyncpg_url

_LOCK = 7_281_946_500
_ENVIRONMENT = Path(__file__).with_name("alembic_environment")

# Roles belong to the server: if two databases are migrated at the same time, the second finds them there.
_CREATE_ROLE = """
DO $$ BEGIN
  CREATE ROLE "{role}" {options};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def alembic_config(service: str, versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["service"] = service
    return config


async def migrate(service: str, migration_url: str, runtime_url: str, versions: Path) -> None:
    """Create the roles and the schema of ``service`` if they are missing, then apply its migrations in ``versions``.

    The runtime role's name is fixed to the service's; its password is taken from ``runtime_url``.
    Raises ValueError when ``runtime_url`` logs in as another role.
    """
    runtime = make_url(asyncpg_url(runtime_url))
    if runtime.username != service:
        raise ValueError(
            f"DATABASE_URL logs in as {runtime.username!r}, but the runtime role of this service is {service!r}: "
            "a role that owns tables or bypasses row-level security must not serve requests"
        )
    engine = create_async_engine(asyncpg_url(migration_url), poolclass=NullPool, connect_args={"timeout": 10})
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_provision, service, str(runtime.password or ""))
            await connection.run_sync(_upgrade, service, versions)
    finally:
        await engine.dispose()


def _provision(connection: Connection, service: str, password: str) -> None:
    def execute(statement: str) -> None:
        connection.exec_driver_sql(statement)

    literal = "'" + password.replace("'", "''") + "'"
    execute(_CREATE_ROLE.format(role=service, options="LOGIN NOINHERIT NOBYPASSRLS"))
    execute(f'ALTER ROLE "{service}" PASSWORD {literal}')
    for suffix in ("loop", "lookup"):
        execute(_CREATE_ROLE.format(role=f"{service}_{suffix}", options="NOLOGIN NOBYPASSRLS"))
    execute(f'GRANT "{service}_loop" TO "{service}"')
    execute(f"CREATE SCHEMA IF NOT EXISTS {service}")
    for role in (service, f"{service}_loop", f"{service}_lookup"):
        execute(f'GRANT USAGE ON SCHEMA {service} TO "{role}"')
    # the owner of a SECURITY DEFINER function needs CREATE while it becomes the owner
    execute(f'GRANT CREATE ON SCHEMA {service} TO "{service}_lookup"')
    execute(f'ALTER ROLE "{service}" SET search_path = {service}')


def _upgrade(connection: Connection, service: str, versions: Path) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    config = alembic_config(service, versions)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.exec_driver_sql(f'GRANT SELECT ON {service}.{VERSION_TABLE} TO "{service}"')
    connection.exec_driver_sql(f'REVOKE CREATE ON SCHEMA {service} FROM "{service}_lookup"')
