"""Which of the broker's answers count as a confirmation."""

import asyncio
from collections.abc import AsyncIterator

import aio_pika
import pytest
from aiormq.abc import ChannelFrame
from aiormq.exceptions import PublishError
from common.ids import new_id
from common.messaging import topology
from common.messaging.sending import Outgoing, Sender
from pulseworks_contracts import AccountCreated, queues
from testing import Bus

pytestmark = pytest.mark.invariant("E2")

QUEUE = queues.Queue("probe", "accounts", (AccountCreated,))
TYPE = "identity.account_created.v1"


@pytest.fixture
async def probe_bus(bus: Bus) -> Bus:
    await bus.declare((QUEUE,))
    return bus


@pytest.fixture
async def sender(probe_bus: Bus) -> AsyncIterator[Sender]:
    made = Sender(probe_bus.url, probe_bus.names.exchange, content_type="application/json", app_id="probe")
    yield made
    await made.close()


def messages(count: int, size: int = 20, type_: str = TYPE) -> list[Outgoing]:
    return [Outgoing(new_id(), type_, number.to_bytes(2, "big") * (size // 2)) for number in range(count)]


async def lying_in(bus: Bus, count: int) -> list[aio_pika.abc.AbstractIncomingMessage]:
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        queue = await channel.get_queue(bus.names.queue(QUEUE))
        async with asyncio.timeout(10):
            return [await queue.get(no_ack=True, timeout=10) for _ in range(count)]


async def test_many_messages_arrive_in_order_with_their_ids_and_bodies(sender: Sender, probe_bus: Bus) -> None:
    sent = messages(300)
    halves = await asyncio.gather(sender.send(sent[:150]), sender.send(sent[150:]))
    assert [*halves[0], *halves[1]] == [None] * 300
    received = await lying_in(probe_bus, 300)
    assert [(one.message_id, one.body) for one in received] == [(str(one.id), one.body) for one in sent]
    assert {(one.type, one.routing_key, one.app_id, one.delivery_mode) for one in received} == {
        (TYPE, TYPE, "probe", aio_pika.DeliveryMode.PERSISTENT)
    }


@pytest.mark.parametrize("size", [0, 131_064, 131_064 + 2, 400_000])
async def test_a_body_of_any_size_arrives_whole(sender: Sender, probe_bus: Bus, size: int) -> None:
    sent = messages(2, size)
    assert await sender.send(sent) == [None, None]
    assert [one.body for one in await lying_in(probe_bus, 2)] == [one.body for one in sent]


async def test_an_unroutable_message_fails_and_the_others_are_confirmed(sender: Sender, probe_bus: Bus) -> None:
    async with topology.connection(probe_bus.url) as connected:
        channel = await connected.channel()
        await channel.queue_delete(probe_bus.names.log)  # it is bound to all types
    mixed = [messages(1)[0], messages(1, type_="nobody.wants_this.v1")[0], messages(1)[0]]
    first, second, third = await sender.send(mixed)
    assert (first, third) == (None, None)
    assert isinstance(second, PublishError)
    assert len(await lying_in(probe_bus, 2)) == 2


async def test_messages_in_flight_when_the_connection_breaks_are_not_confirmed(sender: Sender, probe_bus: Bus) -> None:
    assert await sender.send(messages(1)) == [None]
    connection = sender._connection
    assert connection is not None
    pending = asyncio.ensure_future(sender.send(messages(500, 2000)))
    await asyncio.sleep(0)
    await connection.close()
    errors = await pending
    assert all(error is not None for error in errors)
    assert await sender.send(messages(3)) == [None] * 3, "the next call makes a new connection"


async def test_a_missing_exchange_fails_all_messages_and_later_ones_are_sent(sender: Sender, probe_bus: Bus) -> None:
    good, sender.exchange = sender.exchange, "nowhere"
    errors = await sender.send(messages(5))
    assert all(error is not None for error in errors)
    sender.exchange = good
    assert await sender.send(messages(5)) == [None] * 5


async def test_an_unavailable_broker_is_returned_as_an_error_and_not_raised() -> None:
    unavailable = Sender("amqp://guest:guest@127.0.0.1:9/", "x", content_type="application/json", app_id="probe")
    errors = await unavailable.send(messages(2))
    assert all(isinstance(error, OSError | aio_pika.exceptions.AMQPError) for error in errors)


async def test_the_trace_of_a_message_is_sent_as_a_header(sender: Sender, probe_bus: Bus) -> None:
    traceparent = f"00-{1:032x}-{2:016x}-01"
    traced, untraced = Outgoing(new_id(), TYPE, b"{}", traceparent), Outgoing(new_id(), TYPE, b"{}")
    assert await sender.send([traced, untraced]) == [None, None]
    first, second = await lying_in(probe_bus, 2)
    assert (first.headers["traceparent"], first.message_id) == (traceparent, str(traced.id))
    assert "traceparent" not in second.headers


async def test_aiormq_has_the_internals_that_sending_needs(sender: Sender) -> None:
    """`pyproject.toml` pins aiormq below 7.3 for these. A new version must pass this test first."""
    channel = await sender._connected()
    assert isinstance(channel.delivery_tag, int)
    assert isinstance(channel.confirmations, dict)
    assert isinstance(channel.message_id_delivery_tag, dict)
    assert isinstance(channel.number, int)
    assert isinstance(channel.max_content_size, int)
    assert channel.write_queue.maxsize >= 0
    assert not channel.create_future().done()
    frame = ChannelFrame(payload=b"", should_close=False)
    assert (frame.payload, frame.should_close) == (b"", False)
