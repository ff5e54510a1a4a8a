"""Busy queues: whatever has arrived is handled in one transaction and acknowledged with one frame.

A transaction costs about ten times what a message costs. The middleware only collects; one task handles the messages
that arrived while the last transaction ran, or within 10 ms. Decision 11 says why this form.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import structlog
from aio_pika import IncomingMessage
from aio_pika.exceptions import AMQPError
from faststream import ContextRepo
from faststream.exceptions import NackMessage
from faststream.message import StreamMessage
from opentelemetry import trace
from pulseworks_contracts import Event, Queue

from common.messaging.processor import HANDLED, DeadLetters, Processor, hold, note_dead_letter
from common.messaging.router import BATCH_SIZE, BatchHandler
from common.tracing import traceparent

__all__ = ["Batch", "BatchMiddleware"]

log = structlog.get_logger(__name__)

# Messages that arrive within this many seconds share a transaction.
_SHORTEST_TURN = 0.01
_ACKNOWLEDGE_SECONDS = 5.0
_LOST = (AMQPError, OSError, RuntimeError)  # RuntimeError: asyncio's word for a transport that closed under a write

_tracer = trace.get_tracer("pulseworks.messaging")


@dataclass(frozen=True, slots=True)
class _Arrived:
    message: IncomingMessage
    channel: Any
    """aiormq's. The message itself raises once it is closed."""
    event: Event
    handle_alone: Callable[[object], Awaitable[object]]
    """Calls the ordinary handler with a factory."""
    span: trace.SpanContext


class BatchMiddleware(DeadLetters):
    """Hands a message to its queue's batch instead of the handler. The subscriber's policy is ``AckPolicy.MANUAL``."""

    def __init__(self, msg: IncomingMessage, /, *, context: ContextRepo, batch: "Batch") -> None:
        super().__init__(msg, context=context)
        self._message = msg
        self._batch = batch

    async def consume_scope(
        self, call_next: Callable[[StreamMessage[Any]], Awaitable[object]], msg: StreamMessage[Any]
    ) -> None:
        async def handle_alone(factory: object) -> None:
            with self.context.scope("factory", factory):
                await call_next(msg)

        event: Any = await msg.decode()
        self._batch.add(self._message, event, handle_alone)

    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> bool | None:
        if isinstance(exc_val, Exception):  # it can't be decoded
            await self._batch.reject(self._message)
        return await super().after_processed(exc_type, exc_val, exc_tb)


class Batch:
    """The messages of one queue, from their arrival to their acknowledgement."""

    def __init__(self, queue: Queue, handler: BatchHandler, processor: Processor[Any], stopping: asyncio.Event) -> None:
        self._queue = queue
        self._handler = handler
        self._processor = processor
        self._stopping = stopping
        self._waiting: list[_Arrived] = []
        self._arrival = asyncio.Event()
        self._acknowledgements = _Acknowledgements(queue.name)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
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

    def add(self, message: IncomingMessage, event: Event, handle_alone: Callable[[object], Awaitable[object]]) -> None:
        if self._stopping.is_set():
            return
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            event = event.model_copy(update={"traceparent": traceparent()})
        self._waiting.append(_Arrived(message, message.channel, event, handle_alone, span))
        self._arrival.set()

    async def reject(self, message: IncomingMessage) -> None:
        """Send a message to the dead letters."""
        await self._acknowledgements.reject(message)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._waiting:
                self._arrival.clear()
                await self._arrival.wait()
                continue
            began = time.monotonic()
            batch, self._waiting = self._waiting[:BATCH_SIZE], self._waiting[BATCH_SIZE:]
            await self._handle([arrived for arrived in batch if not arrived.channel.is_closed])
            if len(self._waiting) < BATCH_SIZE:
                await asyncio.sleep(began + _SHORTEST_TURN - time.monotonic())

    async def _handle(self, batch: Sequence[_Arrived]) -> None:
        if len(batch) > 1:
            try:
                await self._handle_together(batch)
            except NackMessage:
                await self._acknowledgements.nack([arrived.message for arrived in batch])
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, each event is tried alone and shows it again
                log.warning("batch_taken_apart", queue=self._queue.name, count=len(batch), error=repr(error))
            else:
                await self._acknowledgements.ack([arrived.message for arrived in batch])
                return
        for place, arrived in enumerate(batch):
            if not await self._handle_alone(arrived):
                await self._acknowledgements.nack([later.message for later in batch[place:]])
                return

    async def _handle_together(self, batch: Sequence[_Arrived]) -> None:
        events = [arrived.event for arrived in batch]

        def together() -> Awaitable[int]:
            return self._processor.together(self._queue, events, self._handler)

        links = [trace.Link(arrived.span) for arrived in batch if arrived.span.is_valid]
        with _tracer.start_as_current_span(f"{self._queue.name} batch", links=links):
            handled = await hold(together, self._queue.name, self._stopping, len(batch))
        HANDLED.labels(self._queue.name, "handled").inc(handled)
        HANDLED.labels(self._queue.name, "duplicate").inc(len(batch) - handled)

    async def _handle_alone(self, arrived: _Arrived) -> bool:
        """Return False when the message must go back to its queue, and those behind it with it."""

        def once() -> Awaitable[str]:
            return self._processor.once(self._queue, arrived.event, arrived.handle_alone)

        try:
            with trace.use_span(trace.NonRecordingSpan(arrived.span)):
                outcome = await hold(once, self._queue.name, self._stopping)
        except NackMessage:
            return False
        except Exception as error:  # noqa: BLE001 - a defect of a handler is logged, counted and kept as a dead letter
            note_dead_letter(arrived.message, error)
            await self.reject(arrived.message)
        else:
            HANDLED.labels(self._queue.name, outcome).inc()
            await self._acknowledgements.ack([arrived.message])
        return True


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

    async def reject(self, message: IncomingMessage) -> None:
        await self._settle(message, message.reject(requeue=False))
        await self.ack([])

    async def nack(self, messages: Sequence[IncomingMessage]) -> None:
        """Return messages to their queue."""
        for message in messages:
            await self._settle(message, message.nack(requeue=True))
        await self.ack([])

    async def _settle(self, message: IncomingMessage, frame: Awaitable[None]) -> None:
        if await self._send(frame, 1):  # only then may an acknowledgement of others pass it
            self._settled[message.delivery_tag or 0] = None

    def _advance(self) -> IncomingMessage | None:
        last = None
        while self._up_to + 1 in self._settled:
            self._up_to += 1
            last = self._settled.pop(self._up_to) or last
        return last

    async def _send(self, frame: Awaitable[None], count: int) -> bool:
        try:
            # a connection that is closing accepts nothing more and does not say so
            async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                await frame
        except _LOST as error:
            # the message is delivered again, and the inbox knows it
            log.info("message_not_acknowledged", queue=self._queue, count=count, error=repr(error))
            return False
        return True
