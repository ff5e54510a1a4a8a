from pathlib import Path

import asyncpg
import pytest
from common.database import libpq_url
from common.database.migrate import migrate
from sqlalchemy.engine import make_url
from testing.servers import DatabaseServer

MIGRATIONS = Path(__file__).with_name("probe_migrations")


async def test_migrate_refuses_a_database_that_cannot_hold_every_character(database_server: DatabaseServer) -> None:
    connection = await asyncpg.connect(libpq_url(database_server.url))
    await connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        admin = make_url(database_server.url).set(database="ascii")
        runtime = admin.set(username="probe", password="x")
        admin_url, runtime_url = (url.render_as_string(hide_password=False) for url in (admin, runtime))
        with pytest.raises(ValueError, match="ENCODING 'UTF8'"):
            await migrate("probe", admin_url, runtime_url, MIGRATIONS)
    finally:
        await connection.execute("DROP DATABASE ascii")
        await connection.close()
