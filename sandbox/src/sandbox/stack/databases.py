"""The stack's database: created once, migrated only when the migrations or a password have changed."""

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .processes import ChildProcess
from .wiring import Wiring, with_database

DATABASE = "pulseworks"
APPLICATION = "pulseworks-stack"


async def create_database(server_url: str) -> str:
    """Create the stack's database if it is missing and return its URL."""
    import asyncpg

    connection = await asyncpg.connect(server_url, server_settings={"application_name": APPLICATION})
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close()
    return with_database(server_url, DATABASE)


async def migrate(wiring: Wiring, services: Iterable[str], logs: Path) -> bool:
    """Migrate the services that have tables; return False if the database is already up to date.

    A fingerprint of what was applied is stored as the database's comment, so it travels with the data. Running alembic
    only to find nothing to do takes seconds.
    """
    services = [service for service in services if service in wiring.secrets.database_passwords]
    wanted = fingerprint(services, wiring)
    if await _noted(wiring.admin_database_url) == wanted:
        return False
    orders = [
        {
            "service": service,
            "admin_url": wiring.admin_database_url,
            "runtime_url": wiring.service_environ(service)["DATABASE_URL"],
        }
        for service in services
    ]
    program = [sys.executable, "-m", "sandbox.stack.migrations"]
    # Passwords go through standard input: every user of a machine can read command lines.
    await ChildProcess("migrations", program, environ=dict(wiring.external.environ), log=logs / "migrations.log").run(
        json.dumps(orders)
    )
    await _note(wiring.admin_database_url, wanted)
    return True


def fingerprint(services: Sequence[str], wiring: Wiring) -> str:
    """Return a digest of everything that `migrate` depends on: its code, the migrations, and the roles' passwords."""
    digest = hashlib.sha256()
    for file in _sources(services):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for service in services:
        digest.update(f"{service}:{wiring.secrets.database_passwords[service]}".encode())
    return f"sha256:{digest.hexdigest()}"


def _sources(services: Iterable[str]) -> Iterator[Path]:
    for package, folder in [("common", "database"), *((service, "migrations") for service in services)]:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            yield from sorted((Path(found.origin).parent / folder).rglob("*.py"))


async def _noted(url: str) -> str | None:
    import asyncpg

    connection = await asyncpg.connect(url, server_settings={"application_name": APPLICATION})
    try:
        noted: str | None = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
    finally:
        await connection.close()
    return noted


async def _note(url: str, text: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url, server_settings={"application_name": APPLICATION})
    try:
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"COMMENT ON DATABASE {name} IS '{text}'")
    finally:
        await connection.close()
