"""What a migration does to existing rows."""

import shutil
from datetime import datetime
from pathlib import Path

import asyncpg
from common.database import libpq_url
from common.database.migrate import migrate
from common.ids import new_id
from content.models import SERVICE
from sqlalchemy.engine import make_url
from testing.servers import DatabaseServer, versions_of

SUBSCRIPTION = (
    "INSERT INTO content.subscription (account_id, revision, generation, posts_per_month) VALUES ($1, 7, $2, 8)"
)


async def test_migration_0003_keeps_the_plans_of_accounts_that_subscribed_before(
    database_server: DatabaseServer, tmp_path: Path
) -> None:
    """Without their terms they could generate nothing until billing's next event."""
    older = tmp_path / "versions"
    shutil.copytree(versions_of(SERVICE), older, ignore=shutil.ignore_patterns("0003_*", "__pycache__"))
    name = f"before_{new_id().hex}"
    server = await asyncpg.connect(libpq_url(database_server.url))
    await server.execute(f"CREATE DATABASE {name}")
    url, runtime = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (database_server.url, database_server.runtime_url(SERVICE))
    )
    await migrate(SERVICE, url, runtime, older)
    connection = await asyncpg.connect(libpq_url(url))
    subscribed, lapsed = new_id(), new_id()
    await connection.execute(SUBSCRIPTION, subscribed, True)
    await connection.execute(SUBSCRIPTION, lapsed, False)

    await migrate(SERVICE, url, runtime, versions_of(SERVICE))

    found = {row["account_id"]: row for row in await connection.fetch("SELECT * FROM content.plan_terms")}
    forced = await connection.fetchval(
        "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'content.subscription'::regclass"
    )
    await connection.close()
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()
    assert {account_id: row["generation"] for account_id, row in found.items()} == {subscribed: True, lapsed: False}
    kept = found[subscribed]
    assert (kept["revision"], kept["posts_per_month"], kept["period_ends_at"]) == (7, 8, None)
    assert isinstance(kept["effective_at"], datetime)
    assert forced
