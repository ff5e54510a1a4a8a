"""Events that the harness publishes: of services that do not run here, outdated ones, and copies of others."""

import asyncio
import random
from collections.abc import Callable, Iterable

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from common.messaging.topology import connection
from pulseworks_contracts import CONTENT_TYPE, Event, Names

NAMES = Names()
_COPY = "x-copy"
_ERRORS = (aio_pika.exceptions.AMQPError, OSError, TimeoutError, RuntimeError)
_PATIENCE = 150.0  # the broker is down for a minute, and needs some time to recover


def message_of(event: Event) -> aio_pika.Message:
    return _message(event.to_json(), event.type, str(event.id))


def _message(body: bytes, kind: str, message_id: str, **headers: str) -> aio_pika.Message:
    return aio_pika.Message(
        body,
        message_id=message_id,
        type=kind,
        headers=dict(headers),
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


async def publish(url: Callable[[], str], events: Iterable[Event]) -> None:
    """Send events like a relay: persistent, confirmed, and again until the broker has them."""
    waiting = [message_of(event) for event in events]
    async with asyncio.timeout(_PATIENCE):
        while waiting:
            try:
                async with connection(url()) as connected:
                    channel = await connected.channel(publisher_confirms=True)
                    exchange = await channel.get_exchange(NAMES.exchange, ensure=False)
                    while waiting:
                        await exchange.publish(waiting[-1], waiting[-1].type or "", mandatory=True, timeout=5)
                        waiting.pop()
            except _ERRORS:
                await asyncio.sleep(0.5)


class Copier:
    """Reads the stream of all events and sends a share of them again, later and in another order."""

    def __init__(self, url: Callable[[], str], seed: int, *, share: float, longest: float) -> None:
        self._url = url
        self._random = random.Random(seed)
        self._share = share
        self._longest = longest
        self._offset: int | None = None
        self._copies: set[asyncio.Task[None]] = set()
        self.sent = 0

    async def run(self) -> None:
        """Run until cancelled, across every loss of the broker."""
        while True:
            try:
                async with connection(self._url()) as connected:
                    await self._read(connected)
            except _ERRORS:
                await asyncio.sleep(1)
            finally:
                for task in self._copies:
                    task.cancel()
                self._copies.clear()

    async def _read(self, connected: AbstractConnection) -> None:
        channel = await connected.channel(publisher_confirms=True)
        await channel.set_qos(prefetch_count=200)
        exchange = await channel.get_exchange(NAMES.exchange, ensure=False)
        stream = await channel.get_queue(NAMES.log, ensure=False)
        start = "first" if self._offset is None else self._offset + 1
        lost = asyncio.Event()
        connected.close_callbacks.add(lambda *_: lost.set())

        async def seen(message: AbstractIncomingMessage) -> None:
            await message.ack()
            offset = message.headers.get("x-stream-offset")
            self._offset = offset if isinstance(offset, int) else self._offset
            if _COPY not in message.headers and self._random.random() < self._share:
                task = asyncio.create_task(self._copy(exchange, message, self._random.uniform(0.0, self._longest)))
                self._copies.add(task)
                task.add_done_callback(self._copies.discard)

        await stream.consume(seen, arguments={"x-stream-offset": start})
        await lost.wait()

    async def _copy(
        self, exchange: aio_pika.abc.AbstractExchange, message: AbstractIncomingMessage, after: float
    ) -> None:
        await asyncio.sleep(after)
        copy = _message(message.body, message.type or "", message.message_id or "", **{_COPY: "1"})
        try:
            await exchange.publish(copy, message.routing_key or "", timeout=10)
        except _ERRORS:
            return  # the broker is down: one copy less
        self.sent += 1
