"""The codec and exchange for FastStream subscribers; installed with ``pulseworks-contracts[faststream]``.

::

    broker = RabbitBroker(url, codec=CloudEventsCodec())

    @broker.subscriber(RabbitQueue("pulseworks.subscriber.crm", declare=False))
    async def approved(event: ContentApproved) -> None: ...

An operator declares the queue: ``python -m common.topology subscriber crm --types content.approved.v1``.
"""

from typing import TYPE_CHECKING, Annotated, Any, Union

from faststream.message import StreamMessage, decode_message, encode_message
from faststream.rabbit import ExchangeType, RabbitExchange
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from pulseworks_contracts import ALL_EVENTS, CONTENT_TYPE, Event, Names

if TYPE_CHECKING:
    from fast_depends.library.serializer import SerializerProto
    from faststream._internal.basic_types import SendableMessage

__all__ = ["CloudEventsCodec", "events_exchange"]

_EVENT: TypeAdapter[Event] = TypeAdapter(
    Annotated[Union[ALL_EVENTS], Field(discriminator="type")],  # type: ignore[arg-type]  # noqa: UP007 - of a tuple
    config=ConfigDict(title="Event"),
)


def events_exchange(names: Names) -> RabbitExchange:
    """Return the exchange of all events. It already exists: a subscriber may bind to it but not declare it."""
    return RabbitExchange(names.exchange, ExchangeType.TOPIC, declare=False)


class CloudEventsCodec:
    """Turns a CloudEvent into the event class of its type: ``RabbitBroker(url, codec=CloudEventsCodec())``.

    FastStream itself decodes only ``application/json`` and passes a CloudEvent on as bytes. A handler's annotation may
    be one event class, a union of them, or ``Event``. An unknown type is passed on as its JSON (a ``dict``). An invalid
    CloudEvent, or one that is invalid for its type, raises ``ValidationError``. FastStream decodes other content types,
    so queues with other messages still work.
    """

    async def decode(self, msg: StreamMessage[Any]) -> Any:
        if (msg.content_type or "").partition(";")[0] != CONTENT_TYPE:
            return decode_message(msg)
        try:
            return _EVENT.validate_json(msg.body)
        except ValidationError as error:
            if error.errors()[0]["type"] == "union_tag_invalid":
                return from_json(msg.body)
            raise

    async def encode(
        self, msg: "SendableMessage", serializer: "SerializerProto | None" = None
    ) -> tuple[bytes, str | None]:
        if isinstance(msg, Event):
            return msg.to_json(), CONTENT_TYPE
        return encode_message(msg, serializer)
