"""How a worker handles an event while the database refuses to work, and one that can never be stored.

Only the second is a dead letter. Each trouble here is real: its SQLSTATE is asserted, not assumed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import pytest
from common.database import Database
from common.errors import AppError
from common.ids import new_id
from common.messaging import EventRouter, topology
from common.runtime import Worker
from faststream import Context
from pulseworks_contracts import AccountCreated, AccountData, queues
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus
from testing.servers import DatabaseServer

QUEUE = queues.Queue("probe", "accounts", (AccountCreated,))
MIGRATIONS = Path(__file__).with_name("probe_migrations")
REFUSED, TWICE, NUL = "refused", "twice", "Harbour\0Physio"


@dataclass(frozen=True)
class Trouble:
    """``begin`` and ``end`` are an administrator's statements; ``cuts`` closes the service's connections after each."""

    sqlstate: str
    begin: str
    end: str
    cuts: bool = False


TROUBLES = [
    Trouble(
        "25006",  # a read-only node after a failover
        "ALTER ROLE probe SET default_transaction_read_only = on",
        "ALTER ROLE probe RESET default_transaction_read_only",
        cuts=True,
    ),
    Trouble(
        "28P01",  # a rotated password, while the process has the old one
        "ALTER ROLE probe PASSWORD 'another'",
        "ALTER ROLE probe PASSWORD '{password}'",
        cuts=True,
    ),
    Trouble(
        "42P01",  # a table of a migration that has not run
        "ALTER TABLE probe.secret_note RENAME TO hidden_note",
        "ALTER TABLE probe.hidden_note RENAME TO secret_note",
    ),
    Trouble(
        "42703",  # a column of such a migration
        "ALTER TABLE probe.secret_note RENAME COLUMN note TO hidden",
        "ALTER TABLE probe.secret_note RENAME COLUMN hidden TO note",
    ),
]


class Effects:
    """Inserts one row per event, in the given transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def note(self, event: AccountCreated) -> None:
        row = {"id": new_id(), "account": event.account_id, "note": f"{event.id} {event.data.name}"}
        for _ in range(2 if event.data.name == TWICE else 1):
            await self.session.execute(
                text("INSERT INTO probe.secret_note (id, account_id, note) VALUES (:id, :account, :note)"), row
            )


@pytest.fixture
async def probe_bus(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> Bus:
    monkeypatch.setattr(topology.declare, "__defaults__", ((QUEUE,),))
    await bus.declare((QUEUE,))
    return bus


def created(name: str = "Harbour Physio") -> AccountCreated:
    account = new_id()
    data = AccountData(revision=1, name=name, website_url=None, timezone="Pacific/Auckland")
    return AccountCreated(account_id=account, subject=str(account), data=data)


async def note_account(event: AccountCreated, factory: Annotated[Effects, Context()]) -> None:
    if event.data.name == REFUSED:
        raise AppError
    await factory.note(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(QUEUE, note_account)
    return router


def worker(database: Database, bus: Bus, versions: Path = MIGRATIONS) -> Worker[Effects]:
    return Worker(
        database=database,
        versions=versions,
        amqp_url=bus.url,
        namespace=bus.namespace,
        factory=Effects,
        routers=[create_router],
    )


@asynccontextmanager
async def starting(worker: Worker[Effects]) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(worker.start())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await worker.stop()


@asynccontextmanager
async def in_trouble(server: DatabaseServer, trouble: Trouble) -> AsyncIterator[None]:
    async def administer(statement: str) -> None:
        connection = await asyncpg.connect(server.url)
        try:
            await connection.execute(statement.format(password=server.password))
            if trouble.cuts:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'probe'"
                )
        finally:
            await connection.close()

    await administer(trouble.begin)
    try:
        yield
    finally:
        await administer(trouble.end)


async def sqlstate_of(database: Database, event: AccountCreated) -> str:
    """Return the SQLSTATE of PostgreSQL's error for the event's effect."""
    with pytest.raises((DBAPIError, asyncpg.PostgresError)) as caught:  # the driver's own error while it connects
        await note(database, event)
    return str(getattr(getattr(caught.value, "orig", caught.value), "sqlstate", None))


async def note(database: Database, event: AccountCreated) -> None:
    async with database.transaction(event.account_id) as session:
        await Effects(session).note(event)


async def noted(database: Database, account: UUID) -> list[str]:
    try:
        async with database.transaction(account) as session:
            return list((await session.execute(text("SELECT note FROM probe.secret_note"))).scalars())
    except DBAPIError as error:
        # the server ends connections as it recovers: one that was taken from the pool at that moment is lost
        if not error.connection_invalidated:
            raise
        return []


async def until_noted(database: Database, event: AccountCreated) -> list[str]:
    async with asyncio.timeout(15):
        while not (found := await noted(database, event.account_id)):
            await asyncio.sleep(0.02)
    return found


async def dead_letters(bus: Bus) -> int:
    return await bus.depth(bus.names.dead_queue(QUEUE))


@pytest.mark.invariant("E5")
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.sqlstate)
async def test_an_event_waits_until_the_database_recovers_and_is_handled_once(
    database: Database, database_server: DatabaseServer, probe_bus: Bus, trouble: Trouble
) -> None:
    before, event = created(), created()
    async with starting(worker(database, probe_bus)) as started:
        await started
        await probe_bus.publish(before)
        await until_noted(database, before)
        async with in_trouble(database_server, trouble):
            assert await sqlstate_of(database, created()) == trouble.sqlstate
            await probe_bus.publish(event)
            await asyncio.sleep(1.0)
            assert await dead_letters(probe_bus) == 0
        assert await until_noted(database, event) == [f"{event.id} {event.data.name}"]
    assert await dead_letters(probe_bus) == 0
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0


@pytest.mark.invariant("E5")
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.sqlstate)
async def test_a_worker_that_starts_during_an_outage_recovers_automatically(
    database: Database, database_server: DatabaseServer, probe_bus: Bus, trouble: Trouble
) -> None:
    event = created()
    await probe_bus.publish(event)
    async with starting(worker(database, probe_bus)) as started:
        async with in_trouble(database_server, trouble):
            await asyncio.sleep(1.0)
            assert await dead_letters(probe_bus) == 0
        await started
        assert await until_noted(database, event) == [f"{event.id} {event.data.name}"]
    assert await dead_letters(probe_bus) == 0


@pytest.mark.invariant("E5")
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.sqlstate)
async def test_a_worker_that_stops_during_an_outage_leaves_the_event_in_its_queue(
    database: Database, database_server: DatabaseServer, probe_bus: Bus, trouble: Trouble
) -> None:
    event = created()
    async with in_trouble(database_server, trouble), starting(worker(database, probe_bus)):
        await probe_bus.publish(event)
        await asyncio.sleep(1.0)
    assert await dead_letters(probe_bus) == 0
    assert [left.id for left in await probe_bus.collect(QUEUE, 1)] == [event.id]


@pytest.mark.invariant("E5")
async def test_a_worker_consumes_nothing_before_the_schema_is_current(
    database: Database, database_server: DatabaseServer, probe_bus: Bus, tmp_path: Path
) -> None:
    event = created()
    await probe_bus.publish(event)
    (tmp_path / "9999_a_migration_that_has_not_run.py").touch()
    current = await set_revision(database_server, None)
    async with starting(worker(database, probe_bus, tmp_path)) as started:
        await asyncio.sleep(1.5)
        assert not started.done()
        assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 1
        await set_revision(database_server, "9999")
        try:
            await asyncio.wait_for(started, 15)
            assert await until_noted(database, event) == [f"{event.id} {event.data.name}"]
        finally:
            await set_revision(database_server, current)


async def set_revision(server: DatabaseServer, revision: str | None) -> str:
    """Set the schema's recorded revision, if one is given; return the recorded revision."""
    connection = await asyncpg.connect(server.url)
    try:
        if revision is not None:
            await connection.execute("UPDATE probe.alembic_version SET version_num = $1", revision)
        return str(await connection.fetchval("SELECT version_num FROM probe.alembic_version"))
    finally:
        await connection.close()


@pytest.mark.invariant("E5")
@pytest.mark.parametrize(
    ("name", "sqlstate"), [(REFUSED, None), (TWICE, "23505"), (NUL, "22021")], ids=["AppError", "23505", "22021"]
)
async def test_an_event_that_can_never_be_handled_is_dead_lettered_at_once(
    database: Database, probe_bus: Bus, name: str, sqlstate: str | None
) -> None:
    hopeless, good = created(name), created()
    if sqlstate is not None:
        assert await sqlstate_of(database, hopeless) == sqlstate
    async with starting(worker(database, probe_bus)) as started:
        await started
        await probe_bus.publish(hopeless)
        await probe_bus.publish(good)
        await until_noted(database, good)
        async with asyncio.timeout(2):
            while not await dead_letters(probe_bus):
                await asyncio.sleep(0.02)
    assert await noted(database, hopeless.account_id) == []
    assert await dead_letters(probe_bus) == 1
