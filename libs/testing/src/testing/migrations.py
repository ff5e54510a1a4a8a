"""Migrations of a database that holds rows, by a login with no more rights than it needs."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from common.database import libpq_url
from common.database.migrate import migrate
from common.ids import new_id
from sqlalchemy.engine import make_url

from testing.servers import DatabaseServer, versions_of


@dataclass
class OldDatabase:
    """A service's database before some of its migrations."""

    service: str
    owner_url: str
    runtime_url: str
    connection: asyncpg.Connection
    """A superuser's: row-level security hides nothing from it."""

    async def upgrade(self) -> None:
        """Apply the remaining migrations, as the plain owner."""
        await self.migrate(versions_of(self.service))

    async def migrate(self, versions: Path) -> None:
        await migrate(self.service, self.owner_url, self.runtime_url, versions)


@asynccontextmanager
async def database_before(server: DatabaseServer, service: str, revision: str) -> AsyncIterator[OldDatabase]:
    """Yield a database with the migrations before ``revision``, such as ``0003``, for a test to fill and upgrade."""
    async with _empty_database(server, service) as old:
        with tempfile.TemporaryDirectory() as folder:
            for file in versions_of(service).glob("[0-9]*_*.py"):
                if file.name < revision:
                    shutil.copy(file, folder)
            await old.migrate(Path(folder))
        yield old


@asynccontextmanager
async def released_database(server: DatabaseServer, service: str, snapshot: Path) -> AsyncIterator[OldDatabase]:
    """Yield a database with the schema and the rows of a snapshot, which `make schema-snapshot` has written."""
    dumped = snapshot.read_text(encoding="utf-8")  # noqa: ASYNC240 - nothing else runs in the loop
    async with _empty_database(server, service) as old:
        statements = dumped.replace(" OWNER TO postgres;", f" OWNER TO {make_url(old.owner_url).username};")
        # lookup functions come before the tables that they read
        await old.connection.execute("SET check_function_bodies = off")
        await old.connection.execute(statements)
        yield old


@asynccontextmanager
async def _empty_database(server: DatabaseServer, service: str) -> AsyncIterator[OldDatabase]:
    """Yield a database without a schema.

    Its owner is neither a superuser nor exempt from row-level security, which hides every row from it. A back-fill that
    forgets this changes nothing and does not fail.
    """
    server.migrate(service)  # the service's roles belong to the whole server
    name = f"before_{new_id().hex}"
    admin = await asyncpg.connect(libpq_url(server.url))
    await admin.execute(
        f"CREATE ROLE {name} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD '{server.password}'; "
        f"GRANT {service}_lookup TO {name}"
    )
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    try:
        connection = await asyncpg.connect(libpq_url(_url(server, name)))
        yield OldDatabase(service, _url(server, name, login=name), _url(server, name, login=service), connection)
        await connection.close()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.execute(f"DROP ROLE {name}")
        await admin.close()


def _url(server: DatabaseServer, database: str, *, login: str | None = None) -> str:
    """Return the URL of a database, for a superuser or another login."""
    address = make_url(server.url).set(database=database)
    if login is not None:
        address = address.set(username=login, password=server.password)
    return address.render_as_string(hide_password=False)
