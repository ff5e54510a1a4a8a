"""A second version of a type beside the first, on a real broker: readers of the first are not affected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import aio_pika
import pytest
from aio_pika.abc import AbstractQueue
from pulseworks_contracts import ContentApproved, Data, Event, PlatformPayload, Queue, specs
from pydantic import Field, TypeAdapter, ValidationError
from testing.bus import Bus

pytestmark = pytest.mark.invariant("E6")


class ContentApprovedV2Data(Data):
    """A different structure: several approvers, payloads by platform, no month."""

    content_id: str
    revision: int
    approvers: list[str] = Field(min_length=1)
    payloads: dict[str, PlatformPayload]


class ContentApprovedV2(Event):
    type: Literal["content.approved.v2"] = "content.approved.v2"
    data: ContentApprovedV2Data


OLD = Queue("old", "approvals", (ContentApproved,))
NEW = Queue("new", "approvals", (ContentApproved, ContentApprovedV2))

only_v1: TypeAdapter[Event] = TypeAdapter(ContentApproved)
both: TypeAdapter[Event] = TypeAdapter(Annotated[ContentApproved | ContentApprovedV2, Field(discriminator="type")])


def approval(revision: int) -> tuple[ContentApproved, ContentApprovedV2]:
    """Return what a service adds to its outbox for an approval during the transition: two events with their own ids."""
    example = ContentApproved.model_validate_json(specs.example(ContentApproved))
    data = example.data.model_copy(update={"revision": revision})
    v1 = ContentApproved(account_id=example.account_id, subject=example.subject, data=data)
    v2 = ContentApprovedV2(
        account_id=example.account_id,
        subject=example.subject,
        data=ContentApprovedV2Data(
            content_id=str(data.content_id),
            revision=revision,
            approvers=[str(data.approved_by)],
            payloads={payload.platform: payload for payload in data.payloads},
        ),
    )
    return v1, v2


@asynccontextmanager
async def channel(bus: Bus) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    async with await aio_pika.connect(bus.url) as connection:
        opened = await connection.channel()
        await opened.set_qos(prefetch_count=100)
        yield opened


async def read(queue: AbstractQueue, reader: TypeAdapter[Event]) -> list[Event]:
    """Return the events of a queue as a consumer reads them; it rejects messages that it can't read."""
    events = []
    while (message := await queue.get(fail=False)) is not None:
        try:
            events.append(reader.validate_json(message.body))
        except ValidationError:
            await message.reject(requeue=False)
        else:
            await message.ack()
    return events


async def kept(stream: AbstractQueue, count: int) -> list[Event]:
    """Return the first ``count`` events of the stream."""
    events: asyncio.Queue[Event] = asyncio.Queue()

    async def note(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        events.put_nowait(both.validate_json(message.body))
        await message.ack()

    await stream.consume(note, arguments={"x-stream-offset": "first"})
    async with asyncio.timeout(10):
        return [await events.get() for _ in range(count)]


async def test_an_old_consumer_handles_v1_beside_v2(bus: Bus) -> None:
    await bus.declare([OLD, NEW])
    sent = [event for revision in (3, 4) for event in approval(revision)]
    for event in sent:
        await bus.publish(event)
    first_v1, first_v2, second_v1, second_v2 = sent

    names = bus.names
    async with channel(bus) as opened:
        of_old = await read(await opened.get_queue(names.queue(OLD)), only_v1)
        of_new = await read(await opened.get_queue(names.queue(NEW)), both)
        of_stream = await kept(await opened.get_queue(names.log), 4)

    assert of_old == [first_v1, second_v1]
    assert of_new == of_stream == [first_v1, first_v2, second_v1, second_v2]
    assert await bus.depth(names.dead_queue(OLD)) == await bus.depth(names.dead_queue(NEW)) == 0


async def test_a_new_consumer_of_both_versions_applies_each_approval_once(bus: Bus) -> None:
    await bus.declare([NEW])
    (first_v1, first_v2), (second_v1, second_v2) = approval(3), approval(4)
    for event in (first_v1, second_v2, first_v2, second_v1):  # the broker guarantees no order
        await bus.publish(event)

    async with channel(bus) as opened:
        events = await read(await opened.get_queue(bus.names.queue(NEW)), both)
    revisions: dict[str, int] = {}
    applied: list[Event] = []
    for received in events:
        assert isinstance(received, ContentApproved | ContentApprovedV2)
        if received.data.revision > revisions.get(received.subject, 0):
            revisions[received.subject] = received.data.revision
            applied.append(received)

    assert applied == [first_v1, second_v2]


def test_a_reader_of_v1_rejects_v2() -> None:
    _, v2 = approval(3)
    with pytest.raises(ValidationError):
        only_v1.validate_json(v2.to_json())
