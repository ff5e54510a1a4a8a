"""Publishes many messages in one write, each confirmed by the broker."""

import asyncio
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import aiormq
import pamqp.frame
from aiormq.abc import ChannelFrame
from aiormq.exceptions import AMQPError
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from common.messaging.topology import with_heartbeat

# asyncio and aiormq raise RuntimeError for a transport that closed during a call
LOST = (AMQPError, OSError, TimeoutError, RuntimeError)

_CONNECT_SECONDS = 5.0
_CONFIRM_SECONDS = 10.0
_PERSISTENT = 2

_FRAME_HEADER, _FRAME_END = struct.Struct(">BHI"), b"\xce"
_BODY_FRAME = 3
_BODY_SIZE = struct.Struct(">Q")
_BODY_SIZE_AT = _FRAME_HEADER.size + 4  # after the class and the weight (AMQP 0-9-1, section 4.2.6.1)
_ANY_ID = UUID(int=0)
_ANY_TRACE = f"00-{0:032x}-{0:016x}-00"  # https://www.w3.org/TR/trace-context/#traceparent-header-field-values


@dataclass(frozen=True, slots=True)
class Outgoing:
    id: UUID
    type: str
    """Also the routing key."""
    body: bytes
    traceparent: str | None = None
    """Sent as a header, where consumers expect it."""


class Sender:
    """One channel in confirm mode.

    aio-pika takes two futures and a write for each message; this takes one write and one future for all of them, and an
    eighth of the CPU time. After an error the next call opens a new connection.
    """

    def __init__(self, url: str, exchange: str, *, content_type: str, app_id: str) -> None:
        self._url = url
        self.exchange = exchange
        self._properties = {"content_type": content_type, "app_id": app_id, "delivery_mode": _PERSISTENT}
        self._connection: aiormq.abc.AbstractConnection | None = None
        self._channel: aiormq.Channel | None = None
        self._heads: dict[tuple[str, bool], _Head] = {}
        self._connecting = asyncio.Lock()
        self._numbering = asyncio.Lock()

    async def send(self, messages: Sequence[Outgoing]) -> list[BaseException | None]:
        """Publish persistent, mandatory messages. Return None for each that was confirmed, else its error.

        An unconfirmed message may still have arrived.
        """
        channel: aiormq.Channel | None = None
        batch: _Batch | None = None
        error: BaseException | None
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                channel = await self._connected()
                batch = _Batch(len(messages), channel.create_future())
                async with self._numbering:
                    for index in range(len(messages)):
                        channel.delivery_tag += 1
                        channel.confirmations[channel.delivery_tag] = _Confirmation(batch, index)  # type: ignore[assignment]
                        channel.message_id_delivery_tag[str(messages[index].id)] = channel.delivery_tag
                    payload = self._frames(channel, messages)
                    await channel.write_queue.put(ChannelFrame(payload=payload, should_close=False))
                await asyncio.wait([batch.done])
                error = batch.done.exception()
        except LOST as raised:
            error = raised
        finally:
            if channel is not None:
                for message in messages:
                    channel.message_id_delivery_tag.pop(str(message.id), None)
        if error is not None and channel is self._channel:
            await self.close()
        return batch.outcomes(error) if batch is not None else [error] * len(messages)

    async def connect(self) -> None:
        """Connect before the first event. Errors are ignored: sending connects again."""
        with suppress(*LOST):
            await self._connected()

    async def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(*LOST):
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await connection.close()

    async def _connected(self) -> aiormq.Channel:
        async with self._connecting:
            if self._channel is not None and not self._channel.is_closed:
                return self._channel
            await self.close()
            async with asyncio.timeout(_CONNECT_SECONDS):
                self._connection = await aiormq.connect(with_heartbeat(self._url))
                channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            assert isinstance(channel, aiormq.Channel)  # noqa: S101 - aiormq has no other class
            self._channel, self._heads = channel, {}
            return channel

    def _frames(self, channel: aiormq.Channel, messages: Sequence[Outgoing]) -> bytes:
        parts: list[bytes] = []
        for message in messages:
            kind = (message.type, message.traceparent is not None)
            head = self._heads.get(kind)
            if head is None:
                head = self._heads[kind] = _Head(channel.number, self.exchange, *kind, self._properties)
            body = message.body
            parts.append(head.of(message, len(body)))
            for start in range(0, len(body), channel.max_content_size):
                piece = body[start : start + channel.max_content_size]
                parts += (_FRAME_HEADER.pack(_BODY_FRAME, channel.number, len(piece)), piece, _FRAME_END)
        return b"".join(parts)


class _Head:
    """The method and header frames of one type's messages, built once; varying parts have a fixed length."""

    def __init__(self, channel: int, exchange: str, type_: str, traced: bool, properties: dict[str, object]) -> None:
        method = Basic.Publish(exchange=exchange, routing_key=type_, mandatory=True)
        headers = {"traceparent": _ANY_TRACE} if traced else None
        header = ContentHeader(
            properties=Basic.Properties(
                message_id=str(_ANY_ID),
                message_type=type_,
                headers=headers,  # type: ignore[arg-type]
                **properties,  # type: ignore[arg-type]
            )
        )
        publish = pamqp.frame.marshal(method, channel)
        self._bytes = publish + pamqp.frame.marshal(header, channel)
        self._size_at = len(publish) + _BODY_SIZE_AT
        self._id_at = self._bytes.index(str(_ANY_ID).encode(), len(publish))
        self._trace_at = self._bytes.index(_ANY_TRACE.encode(), len(publish)) if traced else None

    def of(self, message: Outgoing, body_size: int) -> bytes:
        filled = bytearray(self._bytes)
        _BODY_SIZE.pack_into(filled, self._size_at, body_size)
        text = str(message.id).encode()
        filled[self._id_at : self._id_at + len(text)] = text
        if self._trace_at is not None and message.traceparent is not None:
            filled[self._trace_at : self._trace_at + len(_ANY_TRACE)] = message.traceparent.encode()
        return bytes(filled)


class _Batch:
    """The confirmations of one write."""

    def __init__(self, count: int, done: "asyncio.Future[None]") -> None:
        self.done = done
        """Set when all messages are confirmed or refused; the channel fails it when it closes."""
        self._waiting = set(range(count))
        self._count = count
        self._errors: dict[int, BaseException] = {}

    def settle(self, index: int, error: BaseException | None) -> None:
        self._waiting.discard(index)
        if error is not None:
            self._errors[index] = error
        if not self._waiting and not self.done.done():
            self.done.set_result(None)

    def outcomes(self, error: BaseException | None) -> list[BaseException | None]:
        """Return None or an error for each message; ``error`` is the result of those without a confirmation."""
        return [error if index in self._waiting else self._errors.get(index) for index in range(self._count)]


class _Confirmation:
    """Takes the place of a future in aiormq's table of confirmations: one future serves the whole batch."""

    __slots__ = ("_batch", "_index")

    def __init__(self, batch: _Batch, index: int) -> None:
        self._batch = batch
        self._index = index

    def done(self) -> bool:
        return False

    def set_result(self, _frame: object) -> None:
        self._batch.settle(self._index, None)

    def set_exception(self, error: BaseException) -> None:
        self._batch.settle(self._index, error)
