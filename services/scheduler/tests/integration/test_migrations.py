"""What a migration does to existing rows."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from common.database import libpq_url
from common.database.migrate import migrate
from common.ids import new_id
from scheduler.models import SERVICE
from sqlalchemy.engine import make_url
from testing.servers import DatabaseServer, versions_of

ITEM = """
    INSERT INTO scheduler.schedule_item (id, account_id, content_id, content_revision, content_hash, title, platform,
        payload, provider_profile_id, platform_account_id, scheduled_for, why, status, revision, created_by)
    VALUES ($1, $2, $3, 1, 'sha256:', 'Open late', 'FACEBOOK', '{}', 'ref-1', 'page-1', $4, '{}', $5, 2, $2)
"""


@pytest.mark.invariant("P5")
async def test_migration_0003_sets_a_deadline_for_items_that_were_handed_over_before(
    database_server: DatabaseServer, tmp_path: Path
) -> None:
    older = tmp_path / "versions"
    shutil.copytree(versions_of(SERVICE), older, ignore=shutil.ignore_patterns("000[3-9]_*", "__pycache__"))
    name = f"before_{new_id().hex}"
    server = await asyncpg.connect(libpq_url(database_server.url))
    await server.execute(f"CREATE DATABASE {name}")
    url, runtime = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (database_server.url, database_server.runtime_url(SERVICE))
    )
    await migrate(SERVICE, url, runtime, older)
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    connection = await asyncpg.connect(libpq_url(url))
    for status in ("SCHEDULED", "PARKED", "FAILED", "UNKNOWN"):
        await connection.execute(ITEM, new_id(), new_id(), new_id(), at, status)

    await migrate(SERVICE, url, runtime, versions_of(SERVICE))

    found = dict(await connection.fetch("SELECT status, due_at FROM scheduler.schedule_item"))
    await connection.close()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()
    assert found == {"SCHEDULED": at + timedelta(days=2), "PARKED": None, "FAILED": None, "UNKNOWN": None}
