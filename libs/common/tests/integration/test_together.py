"""Many events in one transaction: what holds for one holds for all of them, and one bad one harms no other."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from aiormq.abc import DeliveredMessage
from common.database import Database
from common.ids import new_id
from common.messaging import Broker, Consumer, Worker, dead_letters, topology
from common.messaging.subscription import Subscription, Verdict
from common.testing import Bus
from pulseworks_contracts import AccountCreated, AccountData, queues
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

QUEUE = queues.Queue("probe", "accounts", (AccountCreated,))


@pytest.fixture(autouse=True)
def known_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology.declare, "__defaults__", ((QUEUE,),))


@pytest.fixture
async def probe_bus(bus: Bus) -> Bus:
    await bus.declare((QUEUE,))
    return bus


def created(name: str = "Harbour Physio") -> AccountCreated:
    account = new_id()
    data = AccountData(revision=1, name=name, website_url=None, timezone="Pacific/Auckland")
    return AccountCreated(account_id=account, subject=str(account), data=data)


class Effects:
    """One row per event in a table that the loop role sees."""

    calls: list[int]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def note(self, events: Sequence[AccountCreated]) -> None:
        if any(event.data.name == "poison" for event in events):
            raise ValueError("can't be handled")
        await self.session.execute(
            text("""INSERT INTO probe.job (id, account_id, note)
                    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:accounts AS uuid[]), CAST(:notes AS text[]))"""),
            {
                "ids": [new_id() for _ in events],
                "accounts": [event.account_id for event in events],
                "notes": [str(event.id) for event in events],
            },
        )


def consumer() -> Consumer[Effects]:
    made = Consumer[Effects](QUEUE)
    Effects.calls = []

    @made.handles(AccountCreated)
    async def note_account(effects: Effects, event: AccountCreated) -> None:
        Effects.calls.append(1)
        await effects.note([event])

    @made.handles_together(AccountCreated)
    async def note_accounts(effects: Effects, events: Sequence[AccountCreated]) -> None:
        Effects.calls.append(len(events))
        await effects.note(events)

    return made


def worker(database: Database, bus: Bus) -> Worker[Effects]:
    return Worker(database=database, amqp_url=bus.url, namespace=bus.namespace, factory=Effects, consumers=[consumer()])


async def notes(database: Database) -> list[str]:
    async with database.loop.transaction() as session:
        return sorted((await session.execute(text("SELECT note FROM probe.job"))).scalars())


async def eventually(database: Database, ids: set[UUID]) -> None:
    async with asyncio.timeout(10):
        while set(await notes(database)) < {str(id_) for id_ in ids}:
            await asyncio.sleep(0.02)


async def publish(bus: Bus, events: Sequence[AccountCreated]) -> None:
    for event in events:
        await bus.publish(event)


@pytest.mark.invariant("E3")
async def test_events_of_many_accounts_are_handled_in_few_transactions_and_once(
    database: Database, probe_bus: Bus
) -> None:
    events = [created() for _ in range(30)]
    await publish(probe_bus, [*events, *events[:10]])
    running = worker(database, probe_bus)
    await running.broker.start()
    await eventually(database, {event.id for event in events})
    await running.broker.stop()
    assert await notes(database) == sorted(str(event.id) for event in events)
    assert max(Effects.calls) > 1
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0, "all were acknowledged"


@pytest.mark.invariant("E3")
async def test_an_event_twice_in_one_transaction_has_its_effect_once(database: Database) -> None:
    event, other = created(), created()
    outcomes = await consumer().handle_together([event, other, event], database, Effects)
    assert outcomes == ["handled", "handled", "duplicate"]
    assert await consumer().handle_together([other, event], database, Effects) == ["duplicate", "duplicate"]
    assert await consumer().handle(event, database, Effects) == "duplicate"
    assert await notes(database) == sorted([str(event.id), str(other.id)])


@pytest.mark.invariant("E3")
async def test_the_same_events_handled_together_twice_at_once_have_their_effect_once(database: Database) -> None:
    events = [created() for _ in range(50)]
    both = await asyncio.gather(
        consumer().handle_together(events, database, Effects),
        consumer().handle_together(events[::-1], database, Effects),
    )
    assert sorted(outcome for outcomes in both for outcome in outcomes) == ["duplicate"] * 50 + ["handled"] * 50
    assert await notes(database) == sorted(str(event.id) for event in events)


@pytest.mark.invariant("E5")
async def test_poison_among_many_is_dead_lettered_alone(database: Database, probe_bus: Bus) -> None:
    events = [created() for _ in range(20)]
    poison = created("poison")
    await publish(probe_bus, events[:10])
    await probe_bus.publish_raw(b"{not json", "identity.account_created.v1", message_id="garbage")
    await publish(probe_bus, [poison, *events[10:]])
    running = worker(database, probe_bus)
    await running.broker.start()
    await eventually(database, {event.id for event in events})
    await asyncio.sleep(0.2)
    await running.broker.stop()
    letters = await dead_letters.list_dead_letters(probe_bus.url, probe_bus.namespace, QUEUE)
    assert {letter.event_id for letter in letters} == {"garbage", str(poison.id)}
    assert await notes(database) == sorted(str(event.id) for event in events)
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0


@pytest.mark.invariant("E5")
async def test_while_the_database_is_away_all_are_held_and_go_back_when_we_stop(
    database: Database, probe_bus: Bus
) -> None:
    away = Database("postgresql://probe:x@127.0.0.1:9/nowhere", service="probe")
    running = worker(away, probe_bus)
    await running.broker.start()
    events = [created() for _ in range(5)]
    await publish(probe_bus, events)
    await asyncio.sleep(0.8)
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0
    assert await probe_bus.depth(probe_bus.names.dead_queue(QUEUE)) == 0
    running._stopping.set()
    await running.broker.stop()
    await away.close()
    returned = await probe_bus.collect(QUEUE, 5)
    assert {event.id for event in returned} == {event.id for event in events}


@pytest.mark.invariant("E3", "E5")
async def test_a_lost_connection_is_made_anew_and_nothing_is_lost_or_done_twice(
    database: Database, probe_bus: Bus
) -> None:
    running = worker(database, probe_bus)
    await running.broker.start()
    first, second = [created() for _ in range(10)], [created() for _ in range(10)]
    await publish(probe_bus, first)
    assert running.broker._connection is not None
    await running.broker._connection.close()
    await publish(probe_bus, second)
    await eventually(database, {event.id for event in [*first, *second]})
    await running.broker.stop()
    assert await notes(database) == sorted(str(event.id) for event in [*first, *second])


@pytest.mark.invariant("E5")
async def test_a_queue_that_is_gone_is_consumed_again_once_it_is_back(database: Database, probe_bus: Bus) -> None:
    running = worker(database, probe_bus)
    await running.broker.start()
    async with topology.connection(probe_bus.url) as connected:
        channel = await connected.channel()
        await channel.queue_delete(probe_bus.names.queue(QUEUE))
    await asyncio.sleep(0.1)
    await probe_bus.declare((QUEUE,))
    event = created()
    await probe_bus.publish(event)
    await eventually(database, {event.id})
    await running.broker.stop()


@pytest.mark.invariant("E5")
async def test_what_was_held_when_we_stop_is_not_acknowledged_with_what_came_after(
    database: Database, probe_bus: Bus
) -> None:
    """The database is away for the messages of one turn and back for the next, while the process stops."""
    turns = 0
    held, after = [created() for _ in range(3)], [created() for _ in range(3)]

    async def receive(messages: Sequence[DeliveredMessage]) -> list[Verdict]:
        nonlocal turns
        turns += 1
        if turns == 1:
            await publish(probe_bus, after)
            await asyncio.sleep(0.2)
            return [Verdict.NOT_NOW] * len(messages)
        return [Verdict.DONE] * len(messages)

    await publish(probe_bus, held)
    broker = Broker(probe_bus.url)
    queue = probe_bus.names.queue(QUEUE)
    broker.subscribers.append(Subscription(queue, receive, prefetch=10, together=3))
    await broker.start()
    await asyncio.sleep(0.6)
    await broker.stop()
    returned = await probe_bus.collect(QUEUE, 6)
    assert {event.id for event in returned} == {event.id for event in [*held, *after]}


@pytest.mark.invariant("E5")
async def test_a_defect_of_our_own_does_not_end_consuming(database: Database, probe_bus: Bus) -> None:
    defects = iter([RuntimeError("a defect")])
    seen: list[int] = []

    async def receive(messages: Sequence[DeliveredMessage]) -> list[Verdict]:
        for defect in defects:
            raise defect
        seen.append(len(messages))
        return [Verdict.DONE] * len(messages)

    broker = Broker(probe_bus.url)
    broker.subscribers.append(Subscription(probe_bus.names.queue(QUEUE), receive, prefetch=10, together=3))
    await broker.start()
    await broker.check()
    await publish(probe_bus, [created()])
    deadline = asyncio.get_running_loop().time() + 10
    while not seen and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert sum(seen) == 1, "the message came again on a new channel"
    await broker.check()
    await broker.stop()
    with pytest.raises(RuntimeError, match="not made anew"):
        await broker.check()
