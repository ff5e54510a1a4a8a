"""A transaction begins in one message with its account, on a connection whose server answers."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from common.database import Database, liveness
from common.database.tenant_connection import TenantConnection
from common.ids import new_id
from sqlalchemy import text
from testing.servers import DatabaseServer


@pytest.fixture
async def single(database: Database) -> AsyncIterator[Database]:
    opened = Database(database.url, service="probe", pool_size=1)
    yield opened
    await opened.close()


async def backend_of(database: Database) -> int:
    async with database.transaction(new_id()) as session:
        return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def driver_of(database: Database) -> TenantConnection:
    """Return the connection that the pool uses next, which is not in use any more."""
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, TenantConnection)
    return driver


async def test_a_transaction_and_its_account_begin_in_one_message(single: Database) -> None:
    await backend_of(single)
    driver = await driver_of(single)
    sent: list[str] = []
    account = new_id()
    with driver.query_logger(lambda record: sent.append(record.query)):
        async with single.transaction(account) as session:
            seen = (await session.execute(text("SELECT current_setting('app.account_id')"))).scalar_one()
        await asyncio.sleep(0)  # the driver reports its statements in the next turn of the loop
    assert seen == str(account)
    # it does not report prepared statements
    assert sent == [f"BEGIN; SELECT set_config('app.account_id', '{account}', true)", "COMMIT;"]


@pytest.mark.invariant("T1")
async def test_a_connection_that_could_not_begin_with_the_account_is_closed(single: Database) -> None:
    driver = await driver_of(single)
    driver.account_of_next = new_id()
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await driver.execute("BEGIN what is no transaction")
    assert driver.is_closed()
    await backend_of(single)


@pytest.mark.invariant("T1")
async def test_an_account_is_for_the_begin_of_a_transaction_alone(single: Database) -> None:
    driver = await driver_of(single)
    driver.account_of_next = new_id()
    with pytest.raises(RuntimeError, match="was to begin"):
        await driver.execute("SELECT 1")


async def test_a_connection_that_the_server_has_closed_is_replaced(
    single: Database, database_server: DatabaseServer
) -> None:
    backend, driver = await backend_of(single), await driver_of(single)
    admin = await asyncpg.connect(database_server.url)
    await admin.execute("SELECT pg_terminate_backend($1)", backend)
    await admin.close()
    async with asyncio.timeout(2):
        while not driver.is_closed():
            await asyncio.sleep(0.01)
    assert await backend_of(single) != backend


async def test_an_idle_connection_that_does_not_answer_is_replaced(
    single: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, driver = await backend_of(single), await driver_of(single)
    monkeypatch.setattr(liveness, "_TRUSTED_SECONDS", -1.0)
    assert await backend_of(single) == backend, "one that answers is kept"
    await driver.execute("BEGIN")  # it refuses to begin another one
    assert await backend_of(single) != backend
