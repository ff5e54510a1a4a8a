"""``python -m <service> migrate``: creates the service's roles, schema and tables.

Runs with a privileged login, because row-level security is forced on the owner as well. Several replicas may call it at
the same time: an advisory lock lets one migrate, and the others find nothing to do.
"""

from collections.abc import Iterable
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common.database.error_values import hide_values_in_errors
from common.database.isolation import VERSION_TABLE, Fault, role_faults, table_faults
from common.database.schema import head_revision, schema_revisions, unusable
from common.database.session import asyncpg_url

__all__ = ["RightMissingError", "alembic_config", "migrate"]

_log = structlog.get_logger(__name__)
_LOCK = 7_281_946_500
_ENVIRONMENT = Path(__file__).with_name("alembic_environment")

# Roles belong to the server: if two databases are migrated at the same time, the second finds them there.
_CREATE_ROLE = """
DO $$ BEGIN
  CREATE ROLE "{role}" {options};
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


_SET_LOGIN = """
DO $$ BEGIN
  EXECUTE format('ALTER ROLE %I PASSWORD %L', '{role}', current_setting('pulseworks.password'));
END $$
"""
_INSUFFICIENT_PRIVILEGE = "42501"


class RightMissingError(RuntimeError):
    """The migration's login may not repair the service's roles. The text has the statements for an administrator."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        lines = [f"  {statement};  -- {fault.text}" for fault in faults for statement in fault.repairs]
        super().__init__(
            "the database does not keep accounts apart, and this login may not repair it. Run these statements as an "
            "administrator of the server, then run `migrate` again:\n" + "\n".join(lines)
        )


def alembic_config(service: str, versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["service"] = service
    return config


async def migrate(service: str, migration_url: str, runtime_url: str, versions: Path) -> None:
    """Create the roles and the schema of ``service`` if they are missing, then apply its migrations in ``versions``.

    Roles that exist are repaired where they would switch row-level security off. The runtime role's name is fixed to
    the service's; its password is taken from ``runtime_url``.
    A schema that a later build has migrated stays as it is.
    Raises ValueError when ``runtime_url`` logs in as another role, the database is not in UTF8, or the schema refuses
    this build, and RightMissingError.
    """
    runtime = make_url(asyncpg_url(runtime_url))
    if runtime.username != service:
        raise ValueError(
            f"DATABASE_URL logs in as {runtime.username!r}, but the runtime role of this service is {service!r}: "
            "a role that owns tables or bypasses row-level security must not serve requests"
        )
    if make_url(asyncpg_url(migration_url)).username == service:
        raise ValueError(
            f"MIGRATION_DATABASE_URL logs in as the runtime role {service!r}, which would own the tables: "
            "use another login"
        )
    engine = create_async_engine(
        asyncpg_url(migration_url), poolclass=NullPool, connect_args={"timeout": 10}, hide_parameters=True
    )
    hide_values_in_errors(engine)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_check_encoding)
            await connection.run_sync(_provision, service, str(runtime.password or ""))
            await connection.run_sync(_upgrade, service, versions)
            await connection.run_sync(_repair_tables, service)
    finally:
        await engine.dispose()


def _check_encoding(connection: Connection) -> None:
    """Without UTF8 the first event with an accent would wait for the database for ever."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise ValueError(f"the database has the encoding {encoding}: create one with ENCODING 'UTF8'")


def _provision(connection: Connection, service: str, password: str) -> None:
    execute = connection.exec_driver_sql
    execute(_CREATE_ROLE.format(role=service, options="LOGIN NOINHERIT"))
    for suffix in ("loop", "lookup"):
        execute(_CREATE_ROLE.format(role=f"{service}_{suffix}", options="NOLOGIN"))
    _repair(connection, role_faults(connection, service))
    _set_defaults(connection, service, password)
    execute(f"CREATE SCHEMA IF NOT EXISTS {service}")
    _repair_tables(connection, service)
    for role in (service, f"{service}_loop", f"{service}_lookup"):
        execute(f'GRANT USAGE ON SCHEMA {service} TO "{role}"')
    # Who makes a role the owner of a function must be able to become that role; the role needs CREATE meanwhile.
    if _is_allowed(connection, f'SET LOCAL ROLE "{service}_lookup"'):
        execute("RESET ROLE")
    else:
        execute(f'GRANT "{service}_lookup" TO CURRENT_USER')
    execute(f'GRANT CREATE ON SCHEMA {service} TO "{service}_lookup"')


def _set_defaults(connection: Connection, service: str, password: str) -> None:
    """Set the runtime role's password and search path, unless the role belongs to an administrator, who does."""
    # as a value and not as a part of the statement, which errors and the server's log contain
    connection.exec_driver_sql("SELECT set_config('pulseworks.password', $1, true)", (password,))
    statements = {
        "password": _SET_LOGIN.format(role=service),
        "search_path": f'ALTER ROLE "{service}" SET search_path = {service}',
    }
    for setting, statement in statements.items():
        if not _is_allowed(connection, statement):
            _log.warning("role_not_changed", role=service, setting=setting, reason="this login may not change the role")


def _upgrade(connection: Connection, service: str, versions: Path) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    if _is_newer(connection, service, versions):
        # a roll-back by tools that run the Jobs of every version: this build can use the schema as it is
        _log.info("schema_is_newer_than_build", service=service)
    else:
        config = alembic_config(service, versions)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    connection.exec_driver_sql(f'GRANT SELECT ON {service}.{VERSION_TABLE} TO "{service}"')
    connection.exec_driver_sql(f'REVOKE CREATE ON SCHEMA {service} FROM "{service}_lookup"')


def _is_newer(connection: Connection, service: str, versions: Path) -> bool:
    """Return whether a later build has migrated the schema. Raises ValueError if this build can't use it any more."""
    exists = "SELECT to_regclass(:table) IS NOT NULL"
    if not connection.execute(text(exists), {"table": f"{service}.{VERSION_TABLE}"}).scalar_one():
        return False
    current, _ = schema_revisions(connection, service)
    if current <= head_revision(versions):
        return False
    reason = unusable(connection, service, versions)
    if reason is not None:
        raise ValueError(reason)
    return True


def _repair_tables(connection: Connection, service: str) -> None:
    login = str(connection.exec_driver_sql("SELECT current_user").scalar_one())
    _repair(connection, [fault for fault in table_faults(connection, service, login) if fault.repairs])


def _repair(connection: Connection, faults: Iterable[Fault]) -> None:
    """Run the repairs. Raises RightMissingError with all those that this login may not run."""
    refused = []
    for fault in faults:
        statements = tuple(statement for statement in fault.repairs if not _is_allowed(connection, statement))
        if statements:
            refused.append(Fault(fault.text, statements))
        else:
            _log.warning("role_or_table_repaired", fault=fault.text, statements=fault.repairs)
    if refused:
        raise RightMissingError(refused)


def _is_allowed(connection: Connection, statement: str) -> bool:
    """Run a statement; return False if this login lacks the right to."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        return False
    return True
