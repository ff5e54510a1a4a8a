"""Busy queues: the messages that have arrived are handled in one transaction and acknowledged with one frame.

A transaction costs about ten times as much as a message, and FastStream's processing of a message as much as its
handler. So the subscriber only collects, and one task handles the messages that arrived during the last transaction, or
within 10 ms. Decision 11 has the reasons for this form.
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

from common.messaging.processor import HANDLED, Processor, retry_while_unavailable, without_values
from common.messaging.router import BATCH_SIZE, BatchHandler
from common.messaging.subscriber import BatchSubscriber
from common.tracing import is_tracing, message_span, traceparent

__all__ = ["Batch"]

log = structlog.get_logger(__name__)

# Messages that arrive within this many seconds share a transaction.
_COLLECT_SECONDS = 0.01
_ACKNOWLEDGE_SECONDS = 5.0
_LOST = (AMQPError, OSError, RuntimeError)  # asyncio raises RuntimeError for a transport that closed during a write

_tracer = trace.get_tracer("pulseworks.messaging")


class Batch:
    """Handles the messages of one queue in batches, from arrival to acknowledgement."""

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
        """Finish the running transaction within ``grace`` seconds; other messages return to the queue."""
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
                await asyncio.sleep(began + _COLLECT_SECONDS - time.monotonic())

    async def _handle(self, messages: Sequence[IncomingMessage]) -> None:
        decoded = [(message, await self._decode(message)) for message in messages]
        batch = [(message, event) for message, event in decoded if event is not None]
        single = [message for message, event in decoded if event is None]
        if batch and not await self._handle_batch(batch):
            single = list(messages)
        for message in single:
            if self._stopping.is_set():
                return
            await self._subscriber.consume_single(message)
            await self._acknowledgements.settled(message)

    async def _decode(self, message: IncomingMessage) -> Event | None:
        """Return the event, or None if the batch handler can't receive it."""
        try:
            event = await self._codec.decode(cast("Any", message))
        except ValidationError:
            return None
        return event if isinstance(event, self._queue.events) else None

    async def _handle_batch(self, batch: Sequence[tuple[IncomingMessage, Event]]) -> bool:
        """Return False if each message must be handled on its own."""
        messages = [message for message, _ in batch]
        spans = [_span(message) for message in messages] if is_tracing() else []
        try:
            await self._process([event for _, event in batch], spans)
        except NackMessage:
            await self._acknowledgements.nack(messages)
        except Exception as error:  # noqa: BLE001 - each event is then handled on its own, and the cause appears again
            log.warning("batch_split", queue=self._queue.name, count=len(batch), error=without_values(error))
            return False
        else:
            await self._acknowledgements.ack(messages)
        finally:
            for span in spans:
                span.end()
        return True

    async def _process(self, events: Sequence[Event], spans: Sequence[trace.Span]) -> None:
        if spans:
            parents = [traceparent(trace.set_span_in_context(span)) for span in spans]
            events = [
                event.model_copy(update={"traceparent": parent}) for event, parent in zip(events, parents, strict=True)
            ]

        def handle() -> Awaitable[int]:
            return self._processor.handle_batch(self._queue, events, self._handler)

        links = [trace.Link(span.get_span_context()) for span in spans]
        with _tracer.start_as_current_span(f"{self._queue.name} batch", links=links):
            handled = await retry_while_unavailable(handle, self._queue.name, self._stopping, len(events))
        HANDLED.labels(self._queue.name, "handled").inc(handled)
        HANDLED.labels(self._queue.name, "duplicate").inc(len(events) - handled)


def _span(message: IncomingMessage) -> trace.Span:
    sent_by = message.headers.get("traceparent")
    return message_span(f"{message.exchange}.{message.routing_key}", str(sent_by) if sent_by else None)


def _can_be_acknowledged(message: IncomingMessage) -> bool:
    """Return whether the channel of the message is still open."""
    try:
        return not message.channel.is_closed
    except ChannelInvalidStateError:
        return False


class _Acknowledgements:
    """Acknowledges with one frame all messages before the first unsettled one.

    ``multiple`` includes all lower delivery tags of the channel, so nothing after an unsettled message is acknowledged.
    """

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._settled: dict[int, IncomingMessage | None] = {}
        """By delivery tag; None: rejected or returned with a frame of its own."""
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
        """Note a message with a frame of its own. If it was not sent, later messages are not acknowledged either."""
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
            # a closing connection accepts nothing more, without an error
            async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                await frame
        except _LOST as error:
            # the message is delivered again, and the inbox skips it
            log.info("message_not_acknowledged", queue=self._queue, count=count, error=repr(error))
