"""Checks that the database has the migrations of this build, and keeps accounts apart."""

from functools import cache
from pathlib import Path

from sqlalchemy import text

from common.database.isolation import VERSION_TABLE, faults_for_readiness
from common.database.session import Database
from common.errors import NotReadyError


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

    A newer schema is accepted: migrations run before the roll-out and only add.
    """
    await check_revision(database, versions)
    await check_isolation(database)


async def check_revision(database: Database, versions: Path) -> None:
    """Raise NotReadyError until the migrations in ``versions`` have been applied."""
    expected = head_revision(versions)
    service = database.service
    statement = text(f"SELECT version_num FROM {service}.{VERSION_TABLE}")
    async with database.engine.connect() as connection:
        current = str((await connection.execute(statement)).scalar_one_or_none() or "")
    if current < expected:
        raise NotReadyError(
            f"the schema {service} is at {current or 'nothing'}, this build needs {expected}: run `migrate`"
        )


async def check_isolation(database: Database) -> None:
    """Raise NotReadyError unless the server keeps accounts apart."""
    async with database.engine.connect() as connection:
        faults = await connection.run_sync(faults_for_readiness, database.service)
    if faults:
        raise NotReadyError(f"accounts are not kept apart: {'; '.join(faults)}. Run `migrate`, which repairs this")
