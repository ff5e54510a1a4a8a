"""The rights of each RabbitMQ user: its own queues and its own event types, and nothing else.

https://www.rabbitmq.com/docs/access-control: `configure` is for declaring and deleting, `write` for publishing to an
exchange and for the queue's side of a binding, `read` for consuming and for the exchange's side of a binding. All are
regular expressions over names. A topic permission further limits the routing keys of one exchange; without one they
are not limited, so every user has one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pulseworks_contracts import ALL_QUEUES, AuditRecorded, Event, Names, Queue, SessionRevoked

from common.runtime.specification import emitted_by

__all__ = ["SERVICES", "SUBSCRIBER", "Rights", "service_rights", "subscriber_queue", "subscriber_rights"]

SERVICES = ("gateway", *sorted({queue.service for queue in ALL_QUEUES}))
SUBSCRIBER = "subscriber"
_NOTHING = "^$"


@dataclass(frozen=True)
class Rights:
    """The permissions of one user. `publish` and `bind` are routing keys of the events exchange."""

    user: str
    write: str
    read: str
    publish: str
    bind: str
    configure: str = _NOTHING


def service_rights(names: Names, service: str) -> Rights:
    """Return the rights of a service: consume its own queues, restore their bindings, publish its own types.

    Its own types by prefix, so that a release with a new version of a type can start before the rights are updated.
    """
    own = [queue for queue in ALL_QUEUES if queue.service == service]
    queues = [names.queue(queue) for queue in own]
    dead = [names.dead_queue(queue) for queue in own]
    received = {event for queue in own for event in queue.events}
    if service == "gateway":
        replica = rf"{re.escape(names.gateway_queue)}\..+"  # each replica declares a queue of its own
        return Rights(
            user=f"{names.namespace}.{service}",
            configure=f"^{replica}$",
            write=f"^{replica}$",
            read=f"^({replica}|{_alternatives([names.exchange, names.log])})$",
            publish=_NOTHING,
            bind=_one_of([_type(SessionRevoked)]),
        )
    return Rights(
        user=f"{names.namespace}.{service}",
        write=_one_of([names.exchange, *queues]),
        read=_one_of([names.exchange, *queues, *dead]),
        publish=_published(service),
        bind=_one_of(_type(event) for event in received),
    )


def subscriber_queue(name: str, events: Iterable[type[Event]]) -> Queue:
    """Return the queue of a subscriber outside PulseWorks. Its name is `<namespace>.subscriber.<name>`."""
    return Queue(SUBSCRIBER, name, tuple(events))


def subscriber_rights(names: Names, queue: Queue, *, replay: bool) -> Rights:
    """Return the rights of a subscriber: consume its queue and its dead letters, and read the stream for `replay`.

    The stream has events of every type: `replay` is for subscribers that may see all of them.
    """
    own = [names.queue(queue), names.dead_queue(queue)]
    return Rights(
        user=names.queue(queue),
        write=_NOTHING,
        read=_one_of([*own, *([names.log] if replay else [])]),
        publish=_NOTHING,
        bind=_NOTHING,
    )


def _published(service: str) -> str:
    audit = [_type(AuditRecorded)] if AuditRecorded in emitted_by(service) else []
    return f"^({'|'.join([re.escape(f'{service}.') + '.+', *map(re.escape, audit)])})$"


def _type(event: type[Event]) -> str:
    return str(event.model_fields["type"].default)


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(names)))


def _one_of(names: Iterable[str]) -> str:
    return f"^({_alternatives(names)})$"
