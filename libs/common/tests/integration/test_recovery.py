"""Consuming stops for many reasons and always restarts automatically; nothing is lost or done twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
from aio_pika import RobustConnection
from common.database import Database
from common.ids import new_id
from common.messaging import EventRouter, topology
from common.messaging.consumption import Consumption, Supervisor
from common.messaging.processor import Processor
from common.runtime import Worker
from faststream import Context
from pulseworks_contracts import AccountCreated, AccountData, queues
from sandbox.stack.rabbitmq import RabbitMQ
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus

QUEUE = queues.Queue("probe", "accounts", (AccountCreated,))
VERSIONS = Path(__file__).with_name("probe_migrations")


class Effects:
    """Inserts one row per event in a table that the cross-account role sees; ``before`` may fail or wait."""

    before: Callable[[], Any] = staticmethod(lambda: None)

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def note(self, events: Sequence[AccountCreated]) -> None:
        waiting = Effects.before()
        if waiting is not None:
            await waiting
        for event in events:
            await self.session.execute(
                text("INSERT INTO probe.job (id, account_id, note) VALUES (:id, :account, :note)"),
                {"id": new_id(), "account": event.account_id, "note": str(event.id)},
            )


async def note_account(event: AccountCreated, factory: Annotated[Effects, Context()]) -> None:
    await factory.note([event])


async def note_accounts(events: Sequence[AccountCreated], factory: Effects) -> None:
    await factory.note(events)


def single() -> EventRouter:
    router = EventRouter()
    router.subscribe(QUEUE, note_account)
    return router


def batched() -> EventRouter:
    router = EventRouter()
    router.subscribe(QUEUE, note_account, batch=note_accounts)
    return router


both_forms = pytest.mark.parametrize("create_router", [single, batched])


@pytest.fixture(autouse=True)
def nothing_before() -> Iterator[None]:
    yield
    Effects.before = staticmethod(lambda: None)


@pytest.fixture
async def probe_bus(bus: Bus) -> Bus:
    await bus.declare((QUEUE,))
    return bus


@pytest.fixture
async def start(database: Database, bus: Bus) -> AsyncIterator[Callable[..., Any]]:
    running: list[Supervisor] = []

    async def started(create_router: Callable[[], EventRouter]) -> Supervisor:
        create = partial(Consumption, bus.url, bus.namespace, [create_router], Processor(database, Effects))
        supervisor = Supervisor(create, partial(topology.declare, bus.url, bus.namespace, (QUEUE,)))
        await supervisor.start(10)
        running.append(supervisor)
        return supervisor

    yield started
    for supervisor in running:
        await supervisor.stop()


def created() -> AccountCreated:
    account = new_id()
    data = AccountData(revision=1, name="Harbour Physio", website_url=None, timezone="Pacific/Auckland")
    return AccountCreated(account_id=account, subject=str(account), data=data)


async def notes(database: Database) -> list[str]:
    async with database.cross_account.transaction() as session:
        return sorted((await session.execute(text("SELECT note FROM probe.job"))).scalars())


async def are_handled_once(database: Database, *events: AccountCreated) -> None:
    expected = sorted(str(event.id) for event in events)
    async with asyncio.timeout(15):
        while len(await notes(database)) < len(expected):
            await asyncio.sleep(0.02)
    assert await notes(database) == expected


async def is_consuming(supervisor: Supervisor) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await supervisor.check()
            except RuntimeError:
                await asyncio.sleep(0.05)
            else:
                return


def connection_of(supervisor: Supervisor) -> RobustConnection:
    assert isinstance(supervisor._consumption, Consumption)
    connection = supervisor._consumption.broker._connection
    assert isinstance(connection, RobustConnection)
    return connection


async def test_faststream_has_the_internals_that_the_supervisor_needs(probe_bus: Bus, start: Any) -> None:
    """The names are private to FastStream 0.7 and aio-pika 10: a new version must pass this test first."""
    supervisor = await start(single)
    broker = supervisor._consumption.broker
    (subscriber,) = broker.subscribers
    assert broker._connection.transport is not None
    assert subscriber._consumer_tag in subscriber._queue_obj.channel._channel.channel.consumers
    assert not subscriber._queue_obj.channel._channel.channel.is_closed


@pytest.mark.invariant("E3", "E5")
@both_forms
async def test_a_lost_connection_recovers(
    database: Database, probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    supervisor = await start(create_router)
    first, second = created(), created()
    await probe_bus.publish(first)
    await are_handled_once(database, first)
    transport = connection_of(supervisor).transport
    assert transport is not None
    await transport.connection.close(ConnectionResetError())
    with pytest.raises(RuntimeError, match="not consumed: probe"):
        await supervisor.check()
    await probe_bus.publish(second)
    await are_handled_once(database, first, second)
    await supervisor.check()


@pytest.mark.invariant("E2", "E5")
@both_forms
async def test_a_queue_that_is_deleted_is_declared_and_consumed_again(
    database: Database, probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    supervisor = await start(create_router)
    async with topology.connection(probe_bus.url) as connected:
        await (await connected.channel()).queue_delete(probe_bus.names.queue(QUEUE))
    await asyncio.sleep(0.2)
    with pytest.raises(RuntimeError):
        await supervisor.check()
    await is_consuming(supervisor)
    event = created()
    await probe_bus.publish(event)
    await are_handled_once(database, event)
    await supervisor.check()


@pytest.mark.invariant("E5")
@both_forms
async def test_a_consumer_that_the_broker_cancelled_is_replaced(
    database: Database, probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    """Another client replaces the queue: its consumers are cancelled before the new one exists."""
    supervisor = await start(create_router)
    (subscriber,) = supervisor._consumption.broker.subscribers
    channel = await subscriber._queue_obj.channel.get_underlay_channel()
    cancelled = asyncio.Event()
    channel.on_consumer_cancel_callbacks.add(lambda _: cancelled.set())
    async with topology.connection(probe_bus.url) as connected:
        await (await connected.channel()).queue_delete(probe_bus.names.queue(QUEUE))
    # RabbitMQ 3.10 keeps a dead consumer of a quorum queue that is declared again before this
    await asyncio.wait_for(cancelled.wait(), 5)
    await probe_bus.declare((QUEUE,))
    await is_consuming(supervisor)
    event = created()
    await probe_bus.publish(event)
    await are_handled_once(database, event)


@pytest.mark.invariant("E5")
@both_forms
async def test_a_channel_that_the_broker_closed_is_replaced(
    database: Database, probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    supervisor = await start(create_router)
    (subscriber,) = supervisor._consumption.broker.subscribers
    channel = await subscriber._queue_obj.channel.get_underlay_channel()
    await channel.basic_ack(4711)  # an unknown tag is PRECONDITION_FAILED, like a late acknowledgement
    event = created()
    await probe_bus.publish(event)
    await are_handled_once(database, event)


@pytest.mark.invariant("E5")
async def test_a_supervisor_waits_for_a_queue_that_is_missing_at_the_start(database: Database, bus: Bus) -> None:
    create = partial(Consumption, bus.url, bus.namespace, [single], Processor(database, Effects))
    supervisor = Supervisor(create, _declared_by_another)
    await supervisor.start(0.5)
    with pytest.raises(RuntimeError, match="nothing is consumed"):
        await supervisor.check()
    await bus.declare((QUEUE,))
    event = created()
    await bus.publish(event)
    await are_handled_once(database, event)
    await supervisor.check()
    await supervisor.stop()


async def _declared_by_another() -> None:
    """Declare nothing, as if the queues were not declared yet."""


@pytest.mark.invariant("E5")
async def test_a_queue_whose_batch_task_has_ended_counts_as_not_consumed(
    database: Database, probe_bus: Bus, start: Any
) -> None:
    supervisor = await start(batched)
    (batch,) = supervisor._consumption._batches.values()
    batch._task.cancel()
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="not consumed"):
        await supervisor.check()
    event = created()
    await probe_bus.publish(event)
    await are_handled_once(database, event)
    await supervisor.check()


@pytest.mark.invariant("E3", "E5")
@both_forms
async def test_stopping_finishes_running_messages_and_returns_the_others(
    database: Database, probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    entered = asyncio.Event()

    async def slowly() -> None:
        entered.set()
        await asyncio.sleep(0.5)

    Effects.before = staticmethod(slowly)
    supervisor = await start(create_router)
    at_work = created()
    await probe_bus.publish(at_work)
    await entered.wait()
    stopping = asyncio.create_task(supervisor.stop())
    await asyncio.sleep(0.1)
    late = created()
    await probe_bus.publish(late)
    await stopping
    assert await notes(database) == [str(at_work.id)]
    assert [event.id for event in await probe_bus.collect(QUEUE, 1)] == [late.id]
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0
    assert await probe_bus.depth(probe_bus.names.dead_queue(QUEUE)) == 0


@pytest.mark.invariant("E5")
@both_forms
async def test_messages_that_wait_during_a_stop_return_to_their_queue(
    probe_bus: Bus, start: Any, create_router: Callable[[], EventRouter]
) -> None:
    def unavailable() -> None:
        raise ConnectionRefusedError

    Effects.before = staticmethod(unavailable)
    supervisor = await start(create_router)
    events = [created() for _ in range(5)]
    for event in events:
        await probe_bus.publish(event)
    await asyncio.sleep(0.7)
    await supervisor.stop()
    assert {event.id for event in await probe_bus.collect(QUEUE, 5)} == {event.id for event in events}


class _ImpatientRabbitMQ(RabbitMQ):
    def _prepare(self) -> None:
        super()._prepare()
        config = self.directory / "rabbitmq.config"
        impatient = "[{rabbit, [{consumer_timeout, 1000}, {channel_tick_interval, 500},"
        config.write_text(config.read_text().replace("[{rabbit, [", impatient, 1))


@pytest.fixture(scope="module")
def impatient_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that waits one second for an acknowledgement instead of 30 minutes."""
    with _ImpatientRabbitMQ(tmp_path_factory.mktemp("impatient")) as server:
        yield server.url


@pytest.mark.invariant("E5")
@both_forms
async def test_an_acknowledgement_timeout_neither_loses_nor_repeats_a_waiting_event(
    database: Database, impatient_url: str, create_router: Callable[[], EventRouter]
) -> None:
    """The broker closes the channel of a message that waits for longer than its ``consumer_timeout``."""
    unavailable = True

    def outage() -> None:
        if unavailable:
            raise ConnectionRefusedError

    Effects.before = staticmethod(outage)
    bus = Bus(impatient_url, create_router.__name__)
    await bus.declare((QUEUE,))
    create = partial(Consumption, bus.url, bus.namespace, [create_router], Processor(database, Effects))
    supervisor = Supervisor(create, partial(topology.declare, bus.url, bus.namespace, (QUEUE,)))
    await supervisor.start(10)
    event = created()
    await bus.publish(event)
    closed = asyncio.Event()
    assert isinstance(supervisor._consumption, Consumption)
    (subscriber,) = supervisor._consumption.broker.subscribers
    channel = await subscriber._queue_obj.channel.get_underlay_channel()  # type: ignore[attr-defined]
    channel.closing.add_done_callback(lambda _: closed.set())
    await asyncio.wait_for(closed.wait(), 15)
    unavailable = False
    await are_handled_once(database, event)
    await is_consuming(supervisor)
    await asyncio.sleep(0.5)  # it may be delivered again, and the inbox skips it
    await supervisor.stop()
    await are_handled_once(database, event)
    assert await bus.depth(bus.names.queue(QUEUE)) == 0
    assert await bus.depth(bus.names.dead_queue(QUEUE)) == 0


@pytest.mark.invariant("E5")
async def test_a_worker_starts_while_the_broker_is_unavailable(database: Database) -> None:
    worker: Worker[Effects] = Worker(
        database=database,
        versions=VERSIONS,
        amqp_url="amqp://127.0.0.1:9/",
        namespace="nowhere",
        factory=Effects,
        routers=[single],
        first_wait=0.2,
    )
    await asyncio.wait_for(worker.start(), 5)
    await worker.check_loops()
    with pytest.raises((RuntimeError, OSError)):
        await worker.check_broker()
    await asyncio.wait_for(worker.stop(), 10)
