"""Checks that the database has the migrations of this build, and keeps accounts apart."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from common.database.isolation import VERSION_TABLE, faults_for_readiness
from common.database.session import Database
from common.errors import NotReadyError

_OLDEST_BUILD = "oldest build: "  # written by builds_v1


@cache
def head_revision(versions: Path) -> str:
    """Return the newest migration's revision: its file's name up to the first underscore, such as ``0001``.

    Files are numbered, so a starting process does not need alembic for this. Raises ValueError for a folder without
    migrations.
    """
    revisions = [file.name.partition("_")[0] for file in versions.glob("[0-9]*_*.py")]
    if not revisions:
        raise ValueError(f"there are no migrations in {versions}")
    return max(revisions)


async def check_schema(database: Database, versions: Path) -> None:
    """Raise NotReadyError until the migrations in ``versions`` have been applied and the server keeps accounts apart.

    A newer schema is accepted, because migrations run before the roll-out, unless one of its migrations refuses this
    build (``builds_v1``).
    """
    await check_revision(database, versions)
    await check_isolation(database)


async def check_revision(database: Database, versions: Path) -> None:
    """Raise NotReadyError unless the migrations in ``versions`` have been applied and no later one refuses them."""
    async with database.engine.connect() as connection:
        reason = await connection.run_sync(unusable, database.service, versions)
    if reason is not None:
        raise NotReadyError(reason)


def unusable(connection: Connection, service: str, versions: Path) -> str | None:
    """Return why the schema is of no use for the build with the migrations in ``versions``, or None."""
    build = head_revision(versions)
    current, oldest = schema_revisions(connection, service)
    if current < build:
        return f"the schema {service} is at {current or 'nothing'}, this build needs {build}: run `migrate`"
    if build < oldest:
        return (
            f"the schema {service} is at {current} and refuses this build, which needs {build}: the oldest that can "
            f"use it needs {oldest}. Deploy a newer version"
        )
    return None


def schema_revisions(connection: Connection, service: str) -> tuple[str, str]:
    """Return the schema's revision, and that of the oldest build that can use it; empty if there is none."""
    table = f"{service}.{VERSION_TABLE}"
    comment = f"obj_description('{table}'::regclass, 'pg_class')"
    row = connection.execute(text(f"SELECT version_num, {comment} AS comment FROM {table}")).one_or_none()
    if row is None:
        return "", ""
    return str(row.version_num), str(row.comment or "").removeprefix(_OLDEST_BUILD)


async def check_isolation(database: Database) -> None:
    """Raise NotReadyError unless the server keeps accounts apart."""
    async with database.engine.connect() as connection:
        faults = await connection.run_sync(faults_for_readiness, database.service)
    if faults:
        raise NotReadyError(f"accounts are not kept apart: {'; '.join(faults)}. Run `migrate`, which repairs this")
