"""A process opens no more connections than its settings say, and none of them works or waits without end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from common.clock import SystemClock
from common.database import Database, DatabaseLimits, is_transient
from common.due import DueTable
from common.due.claim_connection import ClaimConnection
from common.runtime.retention import Retention
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from testing.servers import DatabaseServer

from .conftest import VERSIONS

LIMITS = DatabaseLimits(
    pool_size=2, cross_account_pool_size=1, statement_seconds=0.5, lock_seconds=0.2, idle_in_transaction_seconds=0.3
)
LOCK = text("SELECT pg_advisory_xact_lock(4711)")


@pytest.fixture
async def limited(database_server: DatabaseServer) -> AsyncIterator[Database]:
    opened = Database(database_server.migrate("probe", VERSIONS), service="probe", limits=LIMITS)
    yield opened
    await opened.close()


@pytest.mark.parametrize("cross_account", [False, True])
async def test_a_statement_that_takes_too_long_is_ended(limited: Database, *, cross_account: bool) -> None:
    pool = limited.cross_account if cross_account else limited
    with pytest.raises(DBAPIError, match="statement timeout") as caught:
        async with pool.transaction() as session:
            await session.execute(text("SELECT pg_sleep(5)"))
    assert is_transient(caught.value), "the request or event is tried again"


async def test_a_statement_that_waits_too_long_for_a_lock_is_ended(limited: Database) -> None:
    async with limited.transaction() as first:
        await first.execute(LOCK)
        with pytest.raises(DBAPIError, match="lock timeout") as caught:
            async with limited.transaction() as second:
                await second.execute(LOCK)
    assert is_transient(caught.value)


async def test_a_transaction_that_does_nothing_is_closed_and_frees_its_locks(limited: Database) -> None:
    async def forget() -> None:
        async with limited.transaction() as forgotten:
            await forgotten.execute(LOCK)
            await asyncio.sleep(0.6)
            async with limited.transaction() as other:
                await other.execute(LOCK)
            await forgotten.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as caught:
        await forget()
    assert is_transient(caught.value)


async def test_a_pool_opens_no_more_connections_than_its_size(
    limited: Database, database_server: DatabaseServer
) -> None:
    async def work(pool: Database) -> None:
        async with pool.transaction() as session:
            await session.execute(text("SELECT pg_sleep(0.05)"))

    await asyncio.gather(*(work(pool) for pool in (limited, limited.cross_account) for _ in range(12)))

    assert await connections(database_server, ("probe", "probe_loop")) == LIMITS.pool_size + 1


async def test_the_connection_of_a_due_loop_has_the_limits_too(limited: Database) -> None:
    claims = ClaimConnection(limited, DueTable("probe", "job"), lambda _payload: None)
    await claims.claim(10, timedelta(seconds=30))
    assert claims._connection is not None
    assert await claims._connection.fetchval("SHOW statement_timeout") == "500ms"
    await claims.close()


async def test_retention_may_take_longer(limited: Database) -> None:
    """What a long pause has left must not be an endless series of deletions that are ended."""
    finished = False

    async def slow(session: AsyncSession) -> None:
        nonlocal finished
        await session.execute(text("SELECT pg_sleep(0.8)"))
        finished = True

    await Retention(limited, SystemClock(), [slow]).run_once()
    assert finished


async def test_migrate_has_no_limits(database_server: DatabaseServer) -> None:
    connection = await asyncpg.connect(database_server.url)
    rows = await connection.fetch("SELECT unnest(setconfig) AS setting FROM pg_db_role_setting")
    await connection.close()
    assert [row["setting"] for row in rows if "timeout" in row["setting"]] == []


async def connections(server: DatabaseServer, names: tuple[str, ...]) -> int:
    connection = await asyncpg.connect(server.url)
    try:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = ANY($1)", list(names)
            )
        )
    finally:
        await connection.close()
