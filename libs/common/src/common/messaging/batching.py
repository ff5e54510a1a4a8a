"""Busy queues: whatever has arrived is handled in one transaction and acknowledged with one frame.

A transaction costs about ten times what a message costs, and FastStream's own way of a message as much as its handler.
So the subscriber only collects; one task handles the messages that arrived while the last transaction ran, or within
10 ms. Decision 11 says why this form.
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any, cast

import structlog
from aio_pika import IncomingMessage
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from faststream.exceptions import NackMessage
from opentelemetry import trace
from pulseworks_contracts import Event, Queue
from pulseworks_contracts.faststream import CloudEventsCodec
from pydantic import ValidationError

from common.messaging.processor import HANDLED, Processor, hold
from common.messaging.router import BATCH_SIZE, BatchHandler
from common.messaging.subscriber import BatchSubscriber
from common.tracing import is_tracing, message_span, traceparent

__all__ = ["Batch"]

log = structlog.get_logger(__name__)

# Messages that arrive within this many seconds share a transaction.
_SHORTEST_TURN = 0.01
_ACKNOWLEDGE_SECONDS = 5.0
_LOST = (AMQPError, OSError, RuntimeError)  # RuntimeError: asyncio's word for a transport that closed under a write

_tracer = trace.get_tracer("pulseworks.messaging")


class Batch:
    """The messages of one queue, from their arrival to their acknowledgement."""

    def __init__(
        self,
        queue: Queue,
        subscriber: BatchSubscriber,
        handler: BatchHandler,
        processor: Processor[Any],
        stopping: asyncio.Event,
    ) -> None:
        self._queue = queue
        self._subscriber = subscriber
        self._handler = handler
        self._processor = processor
        self._stopping = stopping
        self._codec = CloudEventsCodec()
        self._waiting: list[IncomingMessage] = []
        self._arrival = asyncio.Event()
        self._acknowledgements = _Acknowledgements(queue.name)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._subscriber.collect = self._collect
        self._task = asyncio.create_task(self._run(), name=self._queue.name)

    async def stop(self, grace: float) -> None:
        """Finish the transaction that runs, within ``grace`` seconds; the rest goes back to the queue."""
        self._waiting.clear()
        self._arrival.set()
        if self._task is not None:
            _, late = await asyncio.wait([self._task], timeout=grace)
            for task in late:
                task.cancel()
            (ended,) = await asyncio.gather(self._task, return_exceptions=True)
            if isinstance(ended, Exception):
                log.error("batch_failed", queue=self._queue.name, error=repr(ended), exc_info=ended)

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    def _collect(self, message: IncomingMessage) -> None:
        self._waiting.append(message)
        self._arrival.set()

    async def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._waiting:
                self._arrival.clear()
                await self._arrival.wait()
                continue
            began = time.monotonic()
            batch, self._waiting = self._waiting[:BATCH_SIZE], self._waiting[BATCH_SIZE:]
            await self._handle([message for message in batch if _can_be_acknowledged(message)])
            if len(self._waiting) < BATCH_SIZE:
                await asyncio.sleep(began + _SHORTEST_TURN - time.monotonic())

    async def _handle(self, messages: Sequence[IncomingMessage]) -> None:
        decoded = [(message, await self._decode(message)) for message in messages]
        together = [(message, event) for message, event in decoded if event is not None]
        alone = [message for message, event in decoded if event is None]
        if together and not await self._handle_together(together):
            alone = list(messages)
        for message in alone:
            if self._stopping.is_set():
                return
            await self._subscriber.consume_alone(message)
            await self._acknowledgements.settled(message)

    async def _decode(self, message: IncomingMessage) -> Event | None:
        """Return None for what the handler of many can't receive."""
        try:
            event = await self._codec.decode(cast("Any", message))
        except ValidationError:
            return None
        return event if isinstance(event, self._queue.events) else None

    async def _handle_together(self, batch: Sequence[tuple[IncomingMessage, Event]]) -> bool:
        """Return False when each message must be tried alone."""
        messages = [message for message, _ in batch]
        spans = [_span(message) for message in messages] if is_tracing() else []
        try:
            await self._hold_together([event for _, event in batch], spans)
        except NackMessage:
            await self._acknowledgements.nack(messages)
        except Exception as error:  # noqa: BLE001 - whatever it is, each event is tried alone and shows it again
            log.warning("batch_taken_apart", queue=self._queue.name, count=len(batch), error=repr(error))
            return False
        else:
            await self._acknowledgements.ack(messages)
        finally:
            for span in spans:
                span.end()
        return True

    async def _hold_together(self, events: Sequence[Event], spans: Sequence[trace.Span]) -> None:
        if spans:
            parents = [traceparent(trace.set_span_in_context(span)) for span in spans]
            events = [
                event.model_copy(update={"traceparent": parent}) for event, parent in zip(events, parents, strict=True)
            ]

        def together() -> Awaitable[int]:
            return self._processor.handle_batch(self._queue, events, self._handler)

        links = [trace.Link(span.get_span_context()) for span in spans]
        with _tracer.start_as_current_span(f"{self._queue.name} batch", links=links):
            handled = await hold(together, self._queue.name, self._stopping, len(events))
        HANDLED.labels(self._queue.name, "handled").inc(handled)
        HANDLED.labels(self._queue.name, "duplicate").inc(len(events) - handled)


def _span(message: IncomingMessage) -> trace.Span:
    sent_by = message.headers.get("traceparent")
    return message_span(f"{message.exchange}.{message.routing_key}", str(sent_by) if sent_by else None)


def _can_be_acknowledged(message: IncomingMessage) -> bool:
    """Return whether the channel that brought the message is still open."""
    try:
        return not message.channel.is_closed
    except ChannelInvalidStateError:
        return False


class _Acknowledgements:
    """Acknowledges with one frame all messages below the first one that is still at work.

    ``multiple`` covers every lower delivery tag of the channel, so nothing above a gap is acknowledged.
    """

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._settled: dict[int, IncomingMessage | None] = {}
        """By delivery tag; None: rejected or returned, which takes a frame of its own."""
        self._up_to = 0

    async def ack(self, messages: Sequence[IncomingMessage]) -> None:
        for message in messages:
            self._settled[message.delivery_tag or 0] = message
        last = self._advance()
        if last is not None:
            await self._send(last.ack(multiple=True), len(messages))

    async def nack(self, messages: Sequence[IncomingMessage]) -> None:
        """Return messages to their queue."""
        for message in messages:
            await self._send(message.nack(requeue=True), 1)
            await self.settled(message)

    async def settled(self, message: IncomingMessage) -> None:
        """Note what took a frame of its own. If that frame was not sent, no acknowledgement of others may pass it."""
        if message.processed:
            self._settled[message.delivery_tag or 0] = None
            await self.ack([])

    def _advance(self) -> IncomingMessage | None:
        last = None
        while self._up_to + 1 in self._settled:
            self._up_to += 1
            last = self._settled.pop(self._up_to) or last
        return last

    async def _send(self, frame: Awaitable[None], count: int) -> None:
        try:
            # a connection that is closing accepts nothing more and does not say so
            async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                await frame
        except _LOST as error:
            # the message is delivered again, and the inbox knows it
            log.info("message_not_acknowledged", queue=self._queue, count=count, error=repr(error))
