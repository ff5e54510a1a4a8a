"""A database that responds but can't be used: read-only after a failover, with another password, or not migrated yet.

Its errors do not look transient, but they are: a message that meets one must wait for it.
"""

import asyncio
import secrets
from urllib.parse import urlsplit

from sandbox.stack.errors import ServerFailedError
from sandbox.stack.processes import POLL_SECONDS, ChildProcess, http_get
from sandbox.stack.wiring import runtime_url

from .system import System


async def fail_over(system: System, seconds: float) -> None:
    """Kill the database. A hot standby takes its place and is promoted after ``seconds``.

    All connections are cut, including those that listen. New connections see a read-only node and survive its
    promotion.
    """
    postgres = system.stack.postgres
    async with system.one_server:
        await asyncio.to_thread(postgres.kill)
        await postgres.restart_as_standby_async()
        await asyncio.sleep(seconds)
        await system.administer("SELECT pg_promote()")
    system.done["failover to a read-only node"] += 1


async def rotate_password(system: System, service: str, seconds: float, *, roll_out: bool) -> None:
    """Give the service's role another password, as `migrate` does, and terminate its connections.

    After ``seconds`` the service gets the new one, one replica after the other. Without ``roll_out`` the role gets its
    old password back.
    """
    new = secrets.token_hex(8)
    async with system.one_server, system.alone_with(service) as replicas:
        old = urlsplit(next(iter(replicas.values())).environ["DATABASE_URL"]).password
        await system.administer(f"ALTER ROLE {service} PASSWORD '{new}'")
        await system.administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{service}'")
        await asyncio.sleep(seconds)
        if roll_out:
            for child in replicas.values():
                await child.stop()
                child.environ["DATABASE_URL"] = runtime_url(system.stack.wiring.admin_database_url, service, new)
                await child.start()
                await child.wait_until_ready()
        else:
            await system.administer(f"ALTER ROLE {service} PASSWORD '{old}'")
    system.done[f"password of {service} rotated"] += 1


async def start_before_migration(system: System, service: str, seconds: float, *, first: bool) -> None:
    """Start all replicas of a service on a schema that lacks a column or, with ``first``, without a schema.

    The schema is restored ``seconds`` after they respond. They must not be ready before, and must become ready without
    another start.
    """
    async with system.one_server, system.alone_with(service) as replicas:
        await asyncio.gather(*(child.stop() for child in replicas.values()))
        unmigrate, migrate = _absent(service) if first else await _behind(system, service)
        await system.administer(*unmigrate)
        await asyncio.gather(*(_start(child) for child in replicas.values()))
        await asyncio.sleep(seconds)
        for name, child in replicas.items():
            if child.ready_url and (await http_get(child.ready_url))[0] == 200:
                system.breaches.append(f"{name} was ready before its schema was migrated")
        await system.administer(*migrate)
        for name, child in replicas.items():
            try:
                await child.wait_until_ready()
            except ServerFailedError as error:
                system.breaches.append(f"{name} started before its schema was migrated, and did not recover: {error}")
                await child.start()
    system.done[f"{service} started before {'its first' if first else 'a'} migration"] += 1


async def _start(child: ChildProcess) -> None:
    """Start it and return when it responds, ready or not."""
    await child.start()
    assert child.ready_url is not None
    while child.pid is not None and (await http_get(child.ready_url))[0] == 0:
        await asyncio.sleep(POLL_SECONDS)


def _absent(service: str) -> tuple[list[str], list[str]]:
    """Return the statements that remove a schema and restore it."""
    hidden = f"{service}_hidden"
    return [f"ALTER SCHEMA {service} RENAME TO {hidden}"], [f"ALTER SCHEMA {hidden} RENAME TO {service}"]


async def _behind(system: System, service: str) -> tuple[list[str], list[str]]:
    """Return the statements that make a schema an earlier version, without a column, and that migrate it."""
    rows = await system.query(f"SELECT version_num FROM {service}.alembic_version")
    assert rows, f"{service} has no version"

    def stand(version: str, old: str, new: str) -> list[str]:
        return [
            f"UPDATE {service}.alembic_version SET version_num = '{version}'",
            f"ALTER TABLE {service}.inbox RENAME COLUMN {old} TO {new}",
        ]

    return stand("0000", "event_id", "hidden"), stand(rows[0]["version_num"], "hidden", "event_id")
