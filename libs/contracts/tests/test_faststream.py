"""A FastStream handler receives the event class of its annotation."""

import asyncio
import json
from typing import Any

import pytest
from faststream.rabbit import QueueType, RabbitBroker, RabbitQueue, TestRabbitBroker
from pulseworks_contracts import ContentApproved, ContentDeleted, Event, Names, specs
from pulseworks_contracts.faststream import CloudEventsCodec, events_exchange
from pydantic import BaseModel, ValidationError
from testing.bus import Bus

APPROVED = ContentApproved.model_validate_json(specs.example(ContentApproved))
DELETED = ContentDeleted.model_validate_json(specs.example(ContentDeleted))
EXCHANGE = events_exchange(Names())


def subscribed_to(annotation: Any, *, codec: CloudEventsCodec | None = None) -> tuple[RabbitBroker, list[Any]]:
    """Return a broker whose only handler has this annotation, and the list of what the handler receives."""
    broker = RabbitBroker(codec=codec or CloudEventsCodec())
    received: list[Any] = []

    async def handler(event: annotation) -> None:
        received.append(event)

    broker.subscriber(RabbitQueue("mine", routing_key="#"), EXCHANGE)(handler)
    return broker, received


async def send(broker: RabbitBroker, message: Any, **options: Any) -> None:
    async with TestRabbitBroker(broker) as connected:
        await connected.publish(message, exchange=EXCHANGE, routing_key="any", **options)


@pytest.mark.parametrize("annotation", [ContentApproved, ContentDeleted | ContentApproved, Event, Any], ids=str)
async def test_a_handler_receives_the_class_of_the_events_type(annotation: Any) -> None:
    broker, received = subscribed_to(annotation)
    await send(broker, APPROVED)
    assert received == [APPROVED]
    assert type(received[0]) is ContentApproved


async def test_an_unknown_type_is_passed_on_as_json() -> None:
    later = json.loads(specs.example(ContentDeleted)) | {"type": "content.deleted.v9", "data": {"new": 1}}
    broker, received = subscribed_to(ContentDeleted | dict[str, Any])
    await send(broker, json.dumps(later).encode(), content_type="application/cloudevents+json; charset=utf-8")
    assert received == [later]


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"type": "content.deleted.v1"}', b'"text"'])
async def test_an_invalid_event_does_not_reach_the_handler(body: bytes) -> None:
    broker, received = subscribed_to(Any)
    with pytest.raises(ValidationError):
        await send(broker, body, content_type="application/cloudevents+json")
    assert received == []


async def test_faststream_decodes_other_messages_of_the_same_broker() -> None:
    class Plain(BaseModel):
        name: str

    broker, received = subscribed_to(Plain)
    await send(broker, Plain(name="x"))
    assert received == [Plain(name="x")]


async def test_on_a_real_broker_a_handler_gets_its_events_despite_an_invalid_message(bus: Bus) -> None:
    await bus.declare([])
    received: asyncio.Queue[Event] = asyncio.Queue()
    queue = RabbitQueue(f"{bus.namespace}.mine", QueueType.QUORUM, routing_key="content.*.v1")
    broker = RabbitBroker(bus.url, codec=CloudEventsCodec(), logger=None)

    @broker.subscriber(queue, events_exchange(bus.names))
    async def handler(event: ContentApproved | ContentDeleted) -> None:
        await received.put(event)

    async with broker:
        await broker.start()
        await bus.publish_raw(b"{", "content.approved.v1")
        await bus.publish(APPROVED)
        await broker.publish(DELETED, exchange=events_exchange(bus.names), routing_key=DELETED.type)
        async with asyncio.timeout(10):
            assert [await received.get(), await received.get()] == [APPROVED, DELETED]
        await (await broker.declare_queue(queue)).delete(if_unused=False, if_empty=False)
