"""The AsyncAPI 3.0 document of a service, or of all of them, made from the contracts alone.

https://www.asyncapi.com/docs/reference/specification/v3.0.0 and its AMQP bindings 0.3.0. Not from
the queues: a subscriber needs the types by name, those that nobody here listens to as well.
"""

from collections.abc import Iterable, Sequence
from inspect import getdoc
from typing import Any

from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES, Event, Names, Queue
from pulseworks_contracts.emitters import emitters
from pydantic.json_schema import models_json_schema

__all__ = ["asyncapi_document", "emitted_by"]

_CONTENT_TYPE = "application/cloudevents+json"
_BINDING = "0.3.0"


def emitted_by(service: str) -> tuple[type[Event], ...]:
    """Return the event types that a service may emit: its own, and records for the audit log."""
    return tuple(event for event in ALL_EVENTS if service in emitters(event))


def asyncapi_document(service: str | None = None, *, title: str, namespace: str = "pulseworks") -> dict[str, Any]:
    """Return what `service` sends and receives; without a service, all that crosses the bus."""
    names = Names(namespace)
    sent = ALL_EVENTS if service is None else emitted_by(service)
    queues = [queue for queue in ALL_QUEUES if service in {None, queue.service}]
    events = list(dict.fromkeys([*sent, *(event for queue in queues for event in queue.events)]))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1", "description": "CloudEvents 1.0 in JSON over AMQP 0.9.1."},
        "defaultContentType": _CONTENT_TYPE,
        "channels": {
            "events": _exchange(names, sent),
            **{queue.name: _queue(names, queue) for queue in queues},
        },
        "operations": {
            **{f"send.{_type(event)}": _send(event) for event in sent},
            **{f"receive.{queue.name}": _receive(queue) for queue in queues},
        },
        "components": {
            "messages": {event.__name__: _message(event) for event in events},
            "schemas": _schemas(events),
        },
    }


def _type(event: type[Event]) -> str:
    return str(event.model_fields["type"].default)


def _references(prefix: str, events: Iterable[type[Event]]) -> dict[str, dict[str, str]]:
    return {event.__name__: {"$ref": f"{prefix}/{event.__name__}"} for event in events}


def _exchange(names: Names, events: Sequence[type[Event]]) -> dict[str, Any]:
    exchange = {"name": names.exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": names.exchange,
        "description": "Every event; the routing key is its type.",
        "messages": _references("#/components/messages", events),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": _BINDING}},
    }


def _queue(names: Names, queue: Queue) -> dict[str, Any]:
    settings = {"name": names.queue(queue), "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": names.queue(queue),
        "description": f"The quorum queue of {queue.service}; what it can't handle goes to {names.dead_queue(queue)}.",
        "messages": _references("#/components/messages", queue.events),
        "bindings": {"amqp": {"is": "queue", "queue": settings, "bindingVersion": _BINDING}},
    }


def _send(event: type[Event]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/events"},
        "messages": [{"$ref": f"#/channels/events/messages/{event.__name__}"}],
        "bindings": {"amqp": {"cc": [_type(event)], "deliveryMode": 2, "mandatory": False, "bindingVersion": _BINDING}},
    }


def _receive(queue: Queue) -> dict[str, Any]:
    channel = f"#/channels/{queue.name}"
    return {
        "action": "receive",
        "channel": {"$ref": channel},
        "messages": list(_references(f"{channel}/messages", queue.events).values()),
        "bindings": {"amqp": {"ack": True, "bindingVersion": _BINDING}},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": _type(event),
        "title": event.__name__,
        "summary": (getdoc(event) or event.__name__).partition("\n")[0],
        "contentType": _CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


def _schemas(events: Sequence[type[Event]]) -> dict[str, Any]:
    _, document = models_json_schema(
        [(event, "serialization") for event in events], by_alias=True, ref_template="#/components/schemas/{model}"
    )
    return dict(sorted(document.get("$defs", {}).items()))
