"""The private servers of a test run. Never those of DATABASE_URL or AMQP_URL: tests write and delete."""

import asyncio
import importlib.util
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from common.database import libpq_url
from common.database.migrate import migrate
from sqlalchemy.engine import make_url


def versions_of(service: str) -> Path:
    """Return the folder of a service's migrations."""
    found = importlib.util.find_spec(service)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "migrations" / "versions"


@dataclass
class DatabaseServer:
    """A private PostgreSQL with one database, in which each service is migrated once, when a test needs it."""

    url: str
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    _migrated: set[str] = field(default_factory=set)

    def runtime_url(self, service: str) -> str:
        return make_url(self.url).set(username=service, password=self.password).render_as_string(hide_password=False)

    def migrate(self, service: str, versions: Path | None = None) -> str:
        """Apply the service's migrations unless that was done; return the URL of its runtime role."""
        if service not in self._migrated:
            run(migrate(service, self.url, self.runtime_url(service), versions or versions_of(service)))
            self._migrated.add(service)
        return self.runtime_url(service)

    def empty(self, service: str, *, large: bool = False) -> None:
        """Delete all rows of the service's tables. ``large`` says that they hold more than the rows of one test."""
        run(self._empty(service, large=large))

    async def _empty(self, service: str, *, large: bool) -> None:
        connection = await asyncpg.connect(libpq_url(self.url))
        try:
            tables = await connection.fetch(
                "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
                "WHERE schemaname = $1 AND tablename <> 'alembic_version'",
                service,
            )
            names = [table["name"] for table in tables]
            if large and names:
                await connection.execute(f"TRUNCATE {', '.join(names)} CASCADE")
                return
            # TRUNCATE makes new files for each table and index, which costs more than the few rows of a test; the role
            # of a replica checks no foreign keys and fires no triggers
            await connection.execute("SET session_replication_role = replica")
            await connection.execute("".join(f"DELETE FROM {name};" for name in names))
        finally:
            await connection.close()


def run(coroutine: object) -> None:
    """Run a coroutine from a synchronous fixture, in a thread, without the test's own event loop."""
    with ThreadPoolExecutor(1) as executor:
        executor.submit(asyncio.run, coroutine).result()  # type: ignore[arg-type]
