"""A service for these tests: tenant tables, one with due columns, in a schema called `probe`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from common.database import Database
from testing.servers import DatabaseServer

VERSIONS = Path(__file__).with_name("probe_migrations")


@pytest.fixture
async def database(database_server: DatabaseServer) -> AsyncIterator[Database]:
    url = database_server.migrate("probe", VERSIONS)
    database_server.empty("probe")
    opened = Database(url, service="probe", pool_size=5)
    yield opened
    await opened.close()
