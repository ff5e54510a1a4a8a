"""The AsyncAPI 3.0 document of one service or of all: FastStream's document, completed.

FastStream describes channels, operations and bindings from a broker's publishers and subscribers. It can't describe a
queue with several types, the content type and examples of a message, or which attributes an event always has: its
schemas are for readers, where a field with a default is optional. This module adds them.

https://www.asyncapi.com/docs/reference/specification/v3.0.0 and its AMQP bindings 0.3.0.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Union

from faststream.rabbit import RabbitBroker, RabbitQueue
from faststream.specification import AsyncAPI
from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES, CONTENT_TYPE, Event, Names, Queue, specs
from pulseworks_contracts.emitters import emitters
from pulseworks_contracts.events_page import story
from pulseworks_contracts.faststream import events_exchange
from pydantic.json_schema import models_json_schema

__all__ = ["asyncapi_document", "emitted_by"]

_DESCRIPTION = "CloudEvents 1.0 in JSON over AMQP 0.9.1. The routing key of an event is its type."


def emitted_by(service: str) -> tuple[type[Event], ...]:
    """Return the event types that a service may emit: its own, and records for the audit log."""
    return tuple(event for event in ALL_EVENTS if service in emitters(event))


def asyncapi_document(service: str | None = None, *, title: str, namespace: str = "pulseworks") -> dict[str, Any]:
    """Return the document of what `service` sends and receives; without a service, of all events."""
    names = Names(namespace)
    sent = ALL_EVENTS if service is None else emitted_by(service)
    queues = [queue for queue in ALL_QUEUES if service in {None, queue.service}]
    specification = AsyncAPI(
        _described(names, sent, queues), title=title, version="1", description=_DESCRIPTION, schema_version="3.0.0"
    )
    document: dict[str, Any] = specification.to_specification().to_jsonable()
    return _completed(document, sent, queues, service)


def _described(names: Names, sent: Sequence[type[Event]], queues: Sequence[Queue]) -> RabbitBroker:
    """Return an unconnected broker with a publisher for each type and a subscriber for each queue."""
    broker = RabbitBroker(logger=None)
    for event in sent:
        kind = specs.type_of(event)
        meaning, when, _ = story(event)
        broker.publisher(
            exchange=events_exchange(names),
            routing_key=kind,
            schema=event,
            title=kind,
            description=f"{meaning} {when}",
            persist=True,
        )
    for queue in queues:
        subscriber = broker.subscriber(
            RabbitQueue(names.queue(queue), declare=False),
            title=queue.name,
            description=f"Quorum queue of {queue.service}. Rejected messages go to {names.dead_queue(queue)}.",
            no_reply=True,
        )
        subscriber(_handler(queue))
    return broker


def _handler(queue: Queue) -> Any:
    async def handle(event: Any) -> None: ...

    handle.__annotations__["event"] = Union[queue.events]  # noqa: UP007 - of a tuple
    return handle


def _completed(
    document: dict[str, Any], sent: Sequence[type[Event]], queues: Sequence[Queue], service: str | None
) -> dict[str, Any]:
    carried = {specs.type_of(event): (event,) for event in sent} | {queue.name: queue.events for queue in queues}
    events = list(dict.fromkeys(event for each in carried.values() for event in each))
    summaries = {specs.type_of(event): _emits(event, service) for event in sent}
    summaries |= {queue.name: _receives(queue) for queue in queues}
    document["defaultContentType"] = CONTENT_TYPE
    del document["servers"]  # the broker's address depends on the deployment
    for part in ("channels", "operations"):  # FastStream keeps subscribers in a set
        document[part] = {name: document[part][name] for name in carried}
    for name, channel in document["channels"].items():
        del channel["servers"]
        channel["messages"] = _references("#/components/messages", carried[name])
    for name, operation in document["operations"].items():
        operation["summary"] = summaries[name]
        operation["messages"] = list(_references(f"#/channels/{name}/messages", carried[name]).values())
    document["components"] = {
        "messages": {event.__name__: _message(event) for event in events},
        "schemas": _schemas(events),
    }
    return document


def _emits(event: type[Event], service: str | None) -> str:
    services = emitters(event) if service is None else (service,)
    return f"Emitted by {', '.join(services)}: {specs.type_of(event)}."


def _receives(queue: Queue) -> str:
    return f"Received by {queue.service}: {', '.join(map(specs.type_of, queue.events))}."


def _references(prefix: str, events: Iterable[type[Event]]) -> dict[str, dict[str, str]]:
    return {event.__name__: {"$ref": f"{prefix}/{event.__name__}"} for event in events}


def _message(event: type[Event]) -> dict[str, Any]:
    meaning, when, subject = story(event)
    return {
        "name": specs.type_of(event),
        "title": event.__name__,
        "summary": meaning,
        "description": f"{when} {subject}",
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "examples": [{"payload": json.loads(specs.example(event))}],
    }


def _schemas(events: Sequence[type[Event]]) -> dict[str, Any]:
    _, document = models_json_schema(
        [(event, "serialization") for event in events], by_alias=True, ref_template="#/components/schemas/{model}"
    )
    return dict(sorted(document.get("$defs", {}).items()))
