"""What waits is measured: due rows, queues, dead letters, pools, and the event loop."""

import asyncio
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from math import isnan

import aio_pika
import pytest
from common.database import Database
from common.messaging import outbox, topology
from common.provider_calls import provider_call
from common.runtime.backlog import Backlog, Measure
from common.runtime.loop_lag import measure_loop_lag
from prometheus_client import REGISTRY, CollectorRegistry, Gauge
from testing import Bus

from .test_messaging import QUEUE, created, emit


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def backlog(database: Database, bus: Bus) -> Backlog:
    return Backlog(database, [outbox.table("probe")], amqp_url=bus.url, namespace=bus.namespace, queues=[QUEUE])


async def test_overdue_rows_are_counted_and_their_age_is_measured(database: Database, bus: Bus) -> None:
    now = datetime.now(UTC)
    for due_at in (now - timedelta(minutes=2), now, now + timedelta(hours=1)):
        await emit(database, created(), due_at=due_at)
    await backlog(database, bus).measure()
    oldest = value("pulseworks_due_oldest_seconds", table="probe.outbox")
    assert value("pulseworks_due_rows", table="probe.outbox") == 2
    assert oldest is not None
    assert 120 <= oldest < 180


async def test_messages_and_dead_letters_are_counted(database: Database, bus: Bus) -> None:
    await bus.declare((QUEUE,))
    await bus.publish(created())
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        for _ in range(2):
            await channel.default_exchange.publish(aio_pika.Message(b"{}"), bus.names.dead_queue(QUEUE))
    measuring = backlog(database, bus)

    async def counts() -> tuple[float | None, float | None]:
        await measuring.measure()
        labels = {"queue": QUEUE.name}
        return value("pulseworks_queue_messages", **labels), value("pulseworks_dead_letters", **labels)

    async with asyncio.timeout(10):
        while await counts() != (1, 2):
            await asyncio.sleep(0.05)


async def test_what_could_not_be_measured_is_not_exported(database: Database, bus: Bus) -> None:
    async def fails() -> float:
        raise OSError

    await bus.declare((QUEUE,))
    await backlog(database, bus).measure()
    names = {"pulseworks_due_rows": {"table": "probe.outbox"}, "pulseworks_queue_messages": {"queue": QUEUE.name}}
    assert [value(name, **labels) for name, labels in names.items()] == [0, 0]

    broken = Database("postgresql://nobody@127.0.0.1:1/none", service="probe")
    own = Gauge("probe", "Of this test.", registry=CollectorRegistry())
    own.set(1)
    failing = Backlog(
        broken,
        [outbox.table("probe")],
        amqp_url="amqp://127.0.0.1:1/",
        namespace=bus.namespace,
        queues=[QUEUE],
        measures=[Measure(own, fails)],
    )
    await failing.measure()
    await broken.close()
    assert [value(name, **labels) for name, labels in names.items()] == [None, None]
    assert [isnan(sample.value) for metric in own.collect() for sample in metric.samples] == [True]


async def test_connections_in_use_are_counted_for_each_pool(database: Database) -> None:
    def in_use(pool: str) -> float | None:
        return value("pulseworks_database_connections_in_use", pool=pool)

    async with database.transaction() as session:
        await session.connection()
        assert (in_use("runtime"), value("pulseworks_database_connections_limit", pool="runtime")) == (1, 5)
        async with database.cross_account.transaction() as other:
            await other.connection()
            assert in_use("cross_account") == 1
    assert (in_use("runtime"), in_use("cross_account")) == (0, 0)


async def test_a_blocked_event_loop_shows_as_lag() -> None:
    def late() -> float:
        total = value("pulseworks_event_loop_lag_seconds_count") or 0
        return total - (value("pulseworks_event_loop_lag_seconds_bucket", le="0.25") or 0)

    before = late()
    measuring = asyncio.create_task(measure_loop_lag())
    await asyncio.sleep(0)
    time.sleep(0.9)  # noqa: ASYNC251 - the fault that is measured
    await asyncio.sleep(0.01)
    measuring.cancel()
    assert late() == before + 1


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (200, None, "ok"),
        (403, None, "refused"),
        (429, None, "limited"),
        (503, None, "failed"),
        (None, TimeoutError, "unanswered"),
        (None, PermissionError, "refused"),
        (None, asyncio.CancelledError, "cancelled"),
    ],
)
def test_calls_to_providers_are_observed_by_outcome(
    status: int | None, error: type[BaseException] | None, outcome: str
) -> None:
    labels = {"provider": "Probe", "operation": "call", "outcome": outcome}

    def count() -> float:
        return value("pulseworks_provider_call_seconds_count", **labels) or 0

    def call() -> None:
        with provider_call("Probe", "call", _status_of) as made:
            made.status = status
            if error is not None:
                raise error

    before = count()
    with pytest.raises(error) if error is not None else nullcontext():
        call()
    assert count() == before + 1


def _status_of(error: Exception) -> int | None:
    return 403 if isinstance(error, PermissionError) else None


async def test_it_stops_even_if_a_library_swallows_the_cancellation(
    database: Database, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def depths(*_: object) -> dict[str, tuple[int, int]]:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            raise ConnectionError from error
        return {}

    monkeypatch.setattr(topology, "depths", depths)
    backlog = Backlog(database, [], amqp_url=bus.url, namespace=bus.namespace, queues=[])
    await backlog.start()
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(backlog.stop(), 5)
