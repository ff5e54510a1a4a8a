"""Many events in one transaction: each has the guarantees of a single one, and an invalid one affects no other."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

import pytest
from common.database import Database
from common.ids import new_id
from common.messaging import EventRouter, dead_letters, topology
from common.messaging.consumption import Consumption
from common.messaging.processor import Processor
from faststream import Context
from pulseworks_contracts import AccountCreated, AccountData, queues
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus, deliver, deliver_batch

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
    """Inserts one row per event in a table that the cross-account role sees."""

    calls: ClassVar[list[int]] = []

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


async def note_account(event: AccountCreated, factory: Annotated[Effects, Context()]) -> None:
    Effects.calls.append(1)
    await factory.note([event])


async def note_accounts(events: Sequence[AccountCreated], factory: Effects) -> None:
    Effects.calls.append(len(events))
    await factory.note(events)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(QUEUE, note_account, batch=note_accounts)
    return router


ROUTERS = (create_router,)


def consumption(database: Database, bus: Bus) -> Consumption:
    Effects.calls = []
    return Consumption(bus.url, bus.namespace, ROUTERS, Processor(database, Effects))


async def notes(database: Database) -> list[str]:
    async with database.cross_account.transaction() as session:
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
    running = consumption(database, probe_bus)
    await running.start()
    await eventually(database, {event.id for event in events})
    await running.stop()
    assert await notes(database) == sorted(str(event.id) for event in events)
    assert max(Effects.calls) > 1
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0, "all were acknowledged"


@pytest.mark.invariant("E3")
async def test_an_event_twice_in_one_transaction_has_its_effect_once(database: Database) -> None:
    event, other = created(), created()
    assert await deliver_batch(ROUTERS, [event, other, event], database, Effects) == 2
    assert await deliver_batch(ROUTERS, [other, event], database, Effects) == 0
    assert await deliver(ROUTERS, event, database, Effects) == "duplicate"
    assert await notes(database) == sorted([str(event.id), str(other.id)])


@pytest.mark.invariant("E3")
async def test_the_same_batch_handled_twice_concurrently_has_its_effects_once(database: Database) -> None:
    events = [created() for _ in range(50)]
    both = await asyncio.gather(
        deliver_batch(ROUTERS, events, database, Effects),
        deliver_batch(ROUTERS, events[::-1], database, Effects),
    )
    assert sum(both) == 50
    assert await notes(database) == sorted(str(event.id) for event in events)


@pytest.mark.invariant("E5")
async def test_only_the_invalid_message_of_a_batch_is_dead_lettered(database: Database, probe_bus: Bus) -> None:
    events = [created() for _ in range(20)]
    poison = created("poison")
    await publish(probe_bus, events[:10])
    await probe_bus.publish_raw(b"{not json", "identity.account_created.v1", message_id="garbage")
    await publish(probe_bus, [poison, *events[10:]])
    running = consumption(database, probe_bus)
    await running.start()
    await eventually(database, {event.id for event in events})
    await asyncio.sleep(0.2)
    await running.stop()
    letters = await dead_letters.list_dead_letters(probe_bus.url, probe_bus.namespace, QUEUE)
    assert {letter.event_id for letter in letters} == {"garbage", str(poison.id)}
    assert await notes(database) == sorted(str(event.id) for event in events)
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0


@pytest.mark.invariant("E5")
async def test_while_the_database_is_unavailable_a_batch_waits_and_returns_to_the_queue_on_stop(
    database: Database, probe_bus: Bus
) -> None:
    unavailable = Database("postgresql://probe:x@127.0.0.1:9/nowhere", service="probe")
    running = consumption(unavailable, probe_bus)
    await running.start()
    events = [created() for _ in range(5)]
    await publish(probe_bus, events)
    await asyncio.sleep(0.8)
    assert await probe_bus.depth(probe_bus.names.queue(QUEUE)) == 0
    assert await probe_bus.depth(probe_bus.names.dead_queue(QUEUE)) == 0
    await running.stop()
    await unavailable.close()
    returned = await probe_bus.collect(QUEUE, 5)
    assert {event.id for event in returned} == {event.id for event in events}
