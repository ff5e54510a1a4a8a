import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import aio_pika
import pytest
from common.database import Database
from common.due import DueRow
from common.ids import new_id
from common.messaging import EventRouter, dead_letters, outbox, topology
from common.messaging.consumption import Consumption
from common.messaging.processor import Processor
from common.runtime import Worker
from common.runtime.retention import Retention
from faststream import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span
from pulseworks_contracts import AccountCreated, AccountData, ContentDeleted, Event, queues
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus, deliver, deliver_twice, emitted

QUEUE = queues.Queue("probe", "accounts", (AccountCreated,))
SECOND = timedelta(seconds=1)
VERSIONS = Path(__file__).with_name("probe_migrations")


@pytest.fixture(autouse=True)
def known_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the topology of these tests to the probe's queue."""
    monkeypatch.setattr(topology.declare, "__defaults__", ((QUEUE,),))
    monkeypatch.setattr(topology.check, "__defaults__", ((QUEUE,),))


@pytest.fixture
async def probe_bus(bus: Bus) -> Bus:
    await bus.declare((QUEUE,))
    return bus


def created(account: UUID | None = None) -> AccountCreated:
    account = account or new_id()
    data = AccountData(revision=1, name="Harbour Physio", website_url=None, timezone="Pacific/Auckland")
    return AccountCreated(account_id=account, subject=str(account), data=data)


async def emit(database: Database, event: Event, **times: Any) -> None:
    async with database.transaction(event.account_id) as session:
        await outbox.add(session, event, **times)


class Effects:
    """The effect of the probe's handler: one row per event, in the given transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def note(self, event: Event) -> None:
        await self.session.execute(
            text("INSERT INTO probe.secret_note (id, account_id, note) VALUES (:id, :account, :note)"),
            {"id": new_id(), "account": event.account_id, "note": str(event.id)},
        )


async def note_account(event: AccountCreated, factory: Annotated[Effects, Context()]) -> None:
    if event.data.name == "poison":
        raise ValueError("can't be handled")
    await factory.note(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(QUEUE, note_account)
    return router


ROUTERS = (create_router,)


def worker(database: Database, bus: Bus, **hooks: Any) -> Worker[Effects]:
    return Worker(
        database=database,
        versions=VERSIONS,
        amqp_url=bus.url,
        namespace=bus.namespace,
        factory=Effects,
        routers=ROUTERS,
        **hooks,
    )


def consumption(database: Database, bus: Bus) -> Consumption:
    return Consumption(bus.url, bus.namespace, ROUTERS, Processor(database, Effects))


async def notes(database: Database, account: UUID) -> list[str]:
    async with database.transaction(account) as session:
        return list((await session.execute(text("SELECT note FROM probe.secret_note"))).scalars())


async def eventually(database: Database, account: UUID, count: int, seconds: float = 10) -> list[str]:
    async with asyncio.timeout(seconds):
        while len(found := await notes(database, account)) < count:
            await asyncio.sleep(0.02)
    return found


@pytest.mark.invariant("E1", "E2")
async def test_an_event_is_sent_from_the_outbox_and_handled(database: Database, probe_bus: Bus) -> None:
    running = worker(database, probe_bus)
    await running.start()
    event = created()
    await emit(database, event)
    assert await eventually(database, event.account_id, 1) == [str(event.id)]
    await running.stop()
    assert await emitted(database, AccountCreated) == []


@pytest.mark.invariant("E1")
async def test_an_event_of_a_failed_transaction_is_never_sent(database: Database) -> None:
    event = created()
    with pytest.raises(RuntimeError):
        await _emit_and_fail(database, event)
    assert await emitted(database, AccountCreated) == []


async def _emit_and_fail(database: Database, event: Event) -> None:
    async with database.transaction(event.account_id) as session:
        await outbox.add(session, event)
        raise RuntimeError


@pytest.mark.invariant("E2")
async def test_an_unconfirmed_event_stays_in_the_outbox(database: Database, probe_bus: Bus) -> None:
    running = worker(database, probe_bus)
    running.relay.sender.exchange = "nowhere"  # the broker closes the channel
    await running.relay.start()
    event = created()
    await emit(database, event)
    await asyncio.sleep(0.5)
    assert [found.id for found in await emitted(database, AccountCreated)] == [event.id]
    running.relay.sender.exchange = probe_bus.names.exchange
    received = await probe_bus.collect(QUEUE, 1)
    assert [found.id for found in received] == [event.id]
    await running.relay.stop()


@pytest.mark.invariant("E2")
async def test_sent_events_are_persistent_and_have_their_id_and_type(database: Database, probe_bus: Bus) -> None:
    running = worker(database, probe_bus)
    await running.relay.start()
    event = created()
    await emit(database, event)
    async with topology.connection(probe_bus.url) as connected:
        channel = await connected.channel()
        queue = await channel.get_queue(probe_bus.names.queue(QUEUE))
        async with asyncio.timeout(5):
            while (message := await queue.get(fail=False, no_ack=True)) is None:
                await asyncio.sleep(0.02)
    await running.relay.stop()
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (message.message_id, message.type) == (str(event.id), "identity.account_created.v1")
    assert message.content_type == "application/cloudevents+json"


@pytest.mark.invariant("E2")
async def test_readiness_names_a_missing_queue_and_restores_a_binding(probe_bus: Bus) -> None:
    await topology.check(probe_bus.url, probe_bus.namespace)
    name = probe_bus.names.queue(QUEUE)
    async with topology.connection(probe_bus.url) as connected:
        channel = await connected.channel()
        queue = await channel.get_queue(name)
        await queue.unbind(probe_bus.names.exchange, "identity.account_created.v1")
        await topology.check(probe_bus.url, probe_bus.namespace)
        await probe_bus.publish(created())
        assert len(await probe_bus.collect(QUEUE, 1)) == 1
        await channel.queue_delete(name)
    with pytest.raises(RuntimeError, match=name.replace(".", r"\.")):
        await topology.check(probe_bus.url, probe_bus.namespace)


@pytest.mark.invariant("E3")
async def test_an_event_delivered_twice_has_its_effect_once(database: Database) -> None:
    event = created()
    await deliver_twice(ROUTERS, event, database, Effects)
    assert await notes(database, event.account_id) == [str(event.id)]


@pytest.mark.invariant("E3")
async def test_the_same_event_handled_twice_concurrently_has_its_effect_once(database: Database) -> None:
    event = created()
    handled = await asyncio.gather(*(deliver(ROUTERS, event, database, Effects) for _ in range(5)))
    assert Counter(handled) == {"handled": 1, "duplicate": 4}
    assert await notes(database, event.account_id) == [str(event.id)]


@pytest.mark.invariant("E5")
async def test_an_invalid_message_is_dead_lettered_at_once_and_can_be_replayed(
    database: Database, probe_bus: Bus
) -> None:
    running = worker(database, probe_bus)
    await running.start()
    await probe_bus.publish_raw(b"{not json", "identity.account_created.v1", message_id="garbage")
    await probe_bus.publish_raw(b'{"type": "identity.account_created.v1"}', "identity.account_created.v1")
    poison = created()
    poisoned = poison.model_copy(update={"data": poison.data.model_copy(update={"name": "poison"})})
    await probe_bus.publish(poisoned)
    good = created()
    await probe_bus.publish(good)
    await eventually(database, good.account_id, 1)
    await asyncio.sleep(0.2)
    letters = await dead_letters.list_dead_letters(probe_bus.url, probe_bus.namespace, QUEUE)
    assert {letter.event_id for letter in letters} == {"garbage", "raw", str(poison.id)}
    assert len(await dead_letters.list_dead_letters(probe_bus.url, probe_bus.namespace, QUEUE)) == 3
    await running.stop()
    replayed = await dead_letters.replay_dead_letters(
        probe_bus.url, probe_bus.namespace, QUEUE, event_id=str(poison.id)
    )
    assert replayed == 1
    assert [event.id for event in await probe_bus.collect(QUEUE, 1)] == [poison.id]


@pytest.mark.invariant("E5")
async def test_a_replay_reads_each_dead_letter_once_even_if_it_is_dead_lettered_again(
    database: Database, probe_bus: Bus
) -> None:
    running = worker(database, probe_bus)
    await running.start()
    known = created()
    for _ in range(3):
        poison = created()
        await probe_bus.publish(poison.model_copy(update={"data": known.data.model_copy(update={"name": "poison"})}))
    dead_queue = probe_bus.names.dead_queue(QUEUE)
    async with asyncio.timeout(10):
        while await probe_bus.depth(dead_queue) < 3:
            await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        assert await dead_letters.replay_dead_letters(probe_bus.url, probe_bus.namespace, QUEUE) == 3
        while await probe_bus.depth(dead_queue) < 3:
            await asyncio.sleep(0.05)
    await running.stop()


@pytest.mark.invariant("E5")
async def test_while_the_database_is_unavailable_events_wait_and_none_is_dead_lettered(
    database: Database, probe_bus: Bus
) -> None:
    unavailable = Database("postgresql://probe:x@127.0.0.1:9/nowhere", service="probe")
    running = consumption(unavailable, probe_bus)
    await running.start()
    await probe_bus.publish(created())
    await asyncio.sleep(1.0)
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0
    assert await probe_bus.depth(probe_bus.names.dead_queue(QUEUE)) == 0
    await running.stop()
    await unavailable.close()
    assert len(await probe_bus.collect(QUEUE, 1)) == 1


@pytest.mark.invariant("E6")
async def test_a_new_subscriber_can_replay_the_stream(probe_bus: Bus) -> None:
    sent = [created() for _ in range(5)]
    for event in sent:
        await probe_bus.publish(event)
    received: list[str] = []
    async with topology.connection(probe_bus.url) as connected:
        channel = await connected.channel()
        await channel.set_qos(prefetch_count=100)
        stream = await channel.get_queue(probe_bus.names.log)

        async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            received.append(message.message_id or "")
            await message.ack()

        await stream.consume(keep, arguments={"x-stream-offset": "first"})
        async with asyncio.timeout(10):
            while len(received) < 5:
                await asyncio.sleep(0.02)
    assert received == [str(event.id) for event in sent]


async def test_a_timed_event_is_sent_once_at_its_time_and_on_sent_is_called(database: Database, probe_bus: Bus) -> None:
    sent: list[UUID] = []

    async def on_sent(_session: AsyncSession, rows: Any) -> None:
        sent.extend(row.id for row in rows)

    running = worker(database, probe_bus, on_sent=on_sent)
    await running.relay.start()
    event = created()
    due_at = datetime.now(UTC) + timedelta(milliseconds=500)
    await emit(database, event, due_at=due_at, expires_at=due_at + 60 * SECOND)
    (received,) = await probe_bus.collect(QUEUE, 1)
    assert received.id == event.id
    assert timedelta(0) <= datetime.now(UTC) - due_at < timedelta(milliseconds=400)
    await running.relay.stop()
    assert sent == [event.id]


@pytest.mark.invariant("P7")
async def test_an_expired_event_is_not_sent_and_on_expired_is_called(database: Database, probe_bus: Bus) -> None:
    expired: list[DueRow] = []

    async def on_expired(_session: AsyncSession, rows: Any) -> None:
        expired.extend(rows)

    running = worker(database, probe_bus, on_expired=on_expired)
    event = created()
    past = datetime.now(UTC) - 10 * SECOND
    await emit(database, event, due_at=past, expires_at=past + SECOND)
    await running.relay.start()
    async with asyncio.timeout(5):
        while await emitted(database, AccountCreated):
            await asyncio.sleep(0.02)
    await running.relay.stop()
    assert [row.id for row in expired] == [event.id]
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0


async def test_a_waiting_event_can_be_voided_or_moved_but_not_a_claimed_one(database: Database) -> None:
    waiting, handed = created(), created()
    later = datetime.now(UTC) + 60 * SECOND
    await emit(database, waiting, due_at=later)
    await emit(database, handed, due_at=later)
    async with database.cross_account.transaction() as session:
        await session.execute(text("UPDATE probe.outbox SET attempts = 1 WHERE id = :id"), {"id": handed.id})
    async with database.transaction(handed.account_id) as session:
        assert await outbox.move(session, handed, due_at=later) is False
        assert await outbox.void(session, handed.id) is False
    async with database.transaction(waiting.account_id) as session:
        assert await outbox.move(session, waiting, due_at=later + SECOND) is True
        assert await outbox.void(session, waiting.id) is True
        assert await outbox.void(session, waiting.id) is False


def test_a_queue_needs_a_handler_for_each_of_its_types_and_for_no_other() -> None:
    with pytest.raises(ValueError, match="no handler for AccountCreated"):
        EventRouter().subscribe(QUEUE)

    async def other(event: ContentDeleted, factory: Effects) -> None: ...

    with pytest.raises(ValueError, match="ContentDeleted: not bound"):
        EventRouter().subscribe(QUEUE, note_account, other)


async def test_the_topology_can_be_declared_concurrently(bus: Bus) -> None:
    await asyncio.gather(*(bus.declare((QUEUE,)) for _ in range(4)))
    await topology.check(bus.url, bus.namespace)


async def test_retention_deletes_only_old_rows(database: Database) -> None:
    event, account = created(), new_id()
    await deliver_twice(ROUTERS, event, database, Effects)
    async with database.transaction(account) as session:
        await session.execute(
            text("""INSERT INTO probe.idempotency_key (account_id, user_id, key, method, path, fingerprint, created_at)
                    VALUES (:account, :account, 'old', 'POST', '/', 'x', now() - interval '3 days'),
                           (:account, :account, 'new', 'POST', '/', 'x', now())"""),
            {"account": account},
        )
    async with database.transaction(event.account_id) as session:
        await session.execute(
            text("""INSERT INTO probe.inbox (consumer, event_id, account_id, received_at)
                    VALUES ('old', :id, :account, now() - interval '40 days')"""),
            {"id": new_id(), "account": event.account_id},
        )
    await Retention(database).run_once()
    async with database.transaction(account) as session:
        assert (await session.execute(text("SELECT key FROM probe.idempotency_key"))).scalars().all() == ["new"]
    async with database.transaction(event.account_id) as session:
        kept = (await session.execute(text("SELECT consumer FROM probe.inbox"))).scalars().all()
    assert kept == ["probe.accounts"]


async def test_an_event_has_the_trace_of_the_transaction_that_emitted_it(database: Database) -> None:
    context = SpanContext(trace_id=1, span_id=2, is_remote=True, trace_flags=TraceFlags(1))
    with use_span(NonRecordingSpan(context)):
        await emit(database, created())
    (event,) = await emitted(database, AccountCreated)
    assert event.traceparent == f"00-{1:032x}-{2:016x}-01"
