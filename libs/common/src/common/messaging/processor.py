"""The middleware around every handler: inbox and handler in one transaction, retried while the database is down."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, TypeVar

import structlog
from faststream import BaseMiddleware, ContextRepo
from faststream.exceptions import HandlerException, NackMessage
from faststream.message import StreamMessage
from prometheus_client import Counter, Gauge
from pulseworks_contracts import Event, Queue
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import DATABASE_ERRORS, Database, inbox, is_transient
from common.errors import AppError
from common.messaging.router import BatchHandler
from common.tracing import continued

__all__ = [
    "DEAD_LETTERED",
    "HANDLED",
    "DeadLetters",
    "Processor",
    "TransactionPerEvent",
    "retry_while_unavailable",
    "without_values",
]

log = structlog.get_logger(__name__)

HANDLED = Counter("pulseworks_events_handled", "Events by outcome: handled or duplicate.", ["queue", "outcome"])
HELD = Gauge("pulseworks_events_held", "Messages that wait for the database.", ["queue"])
DEAD_LETTERED = Counter(
    "pulseworks_events_dead_lettered", "Messages that can never be handled, by routing key.", ["type"]
)

FactoryT = TypeVar("FactoryT")
T = TypeVar("T")

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
# RabbitMQ closes a channel whose message is unacknowledged for 30 minutes (its default `consumer_timeout`). A message
# that is returned to its queue before that is delivered again and starts a new wait.
_LONGEST_WAIT = 600.0
# If a server disappears without closing its connections, a query waits for minutes.
_LONGEST_TRY = 30.0


async def retry_while_unavailable(
    work: Callable[[], Awaitable[T]], queue: str, stopping: asyncio.Event, messages: int = 1
) -> T:
    """Return the result of ``work``; retry it while the database is unavailable. ``messages`` is how many wait for it.

    Raises NackMessage, which returns the message to its queue, when the process stops or ten minutes have passed.
    Raises other errors of ``work``.
    """
    deadline = asyncio.get_running_loop().time() + _LONGEST_WAIT
    pause = _SHORTEST_PAUSE
    counted = 0
    try:
        while True:
            try:
                async with asyncio.timeout(_LONGEST_TRY):
                    return await work()
            except DATABASE_ERRORS as error:
                if not is_transient(error):
                    raise
                log.warning("event_waits_for_database", queue=queue, error=repr(error))
                if stopping.is_set() or asyncio.get_running_loop().time() > deadline:
                    raise NackMessage(requeue=True) from error
                HELD.labels(queue).inc(messages - counted)
                counted = messages
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    finally:
        HELD.labels(queue).dec(counted)


class Processor(Generic[FactoryT]):
    """Handles each event once: ``(consumer, event id)`` and the handler's effects are one transaction (E3)."""

    def __init__(self, database: Database, factory: Callable[[AsyncSession], FactoryT]) -> None:
        self.database = database
        self.factory = factory

    async def handle(self, queue: Queue, event: Event, handle: Callable[[FactoryT], Awaitable[object]]) -> str:
        """Call ``handle`` in a transaction of the event's account, unless the event was handled before.

        Returns ``handled`` or ``duplicate``.
        """
        with structlog.contextvars.bound_contextvars(account_id=str(event.account_id), event_id=str(event.id)):
            async with self.database.transaction(event.account_id) as session:
                if not await inbox.first_time(session, queue.service, queue.name, event):
                    return "duplicate"
                await handle(self.factory(session))
        return "handled"

    async def handle_batch(self, queue: Queue, events: Sequence[Event], handler: BatchHandler) -> int:
        """Call ``handler`` with the new ones of ``events``, in one transaction of the cross-account role.

        Returns how many were new. The events are of many accounts; the role sees the inbox and the due tables alone.
        """
        async with self.database.cross_account.transaction() as session:
            new = await inbox.first_times(session, queue.service, queue.name, events)
            fresh = list({event.id: event for event in events if event.id in new}.values())
            if fresh:
                await handler(fresh, self.factory(session))
        return len(fresh)


class DeadLetters(BaseMiddleware):
    """Counts and logs the messages that FastStream rejects; RabbitMQ moves them to the dead-letter queue."""

    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> bool | None:
        if isinstance(exc_val, Exception) and not isinstance(exc_val, HandlerException):
            note_dead_letter(self.msg, exc_val)
        return await super().after_processed(exc_type, exc_val, exc_tb)


def note_dead_letter(message: Any, error: Exception) -> None:
    """Count and log an aio-pika message that is dead-lettered."""
    type_ = message.routing_key or ""
    DEAD_LETTERED.labels(type_).inc()
    sent_by = message.headers.get("traceparent")
    with continued(str(sent_by) if sent_by else None):
        log.error(
            "event_dead_lettered",
            event_id=message.message_id,
            type=type_,
            error=without_values(error),
            frames="".join(traceback.format_tb(error.__traceback__)),
        )


def without_values(error: BaseException) -> str:
    """Return what kind of error it is. Texts of errors are left out: most contain a part of the event.

    The event itself is in the dead-letter queue, where an operator reads it.
    """
    if isinstance(error, ValidationError):
        kinds = sorted({str(detail["type"]) for detail in error.errors(include_input=False, include_context=False)})
        return f"{type(error).__name__} in {error.title}: {', '.join(kinds)}"
    name = type(error).__name__
    if isinstance(error, AppError):
        name = f"{name}: {error.code}"
    elif isinstance(error, DBAPIError):
        name = f"{name}: SQLSTATE {getattr(error.orig, 'sqlstate', None)}"
    return name if error.__cause__ is None else f"{name} from {without_values(error.__cause__)}"


class TransactionPerEvent:
    """Runs each handler through the processor, with the ``factory`` of its transaction in the FastStream context.

    It is the last of the broker's middlewares: the others see neither an error nor a retry while it waits.
    """

    def __init__(self, processor: Processor[Any], queues: Mapping[str, Queue], stopping: asyncio.Event) -> None:
        self._processor = processor
        self._queues = queues
        self._stopping = stopping

    def __call__(self, msg: Any, /, *, context: ContextRepo) -> "_TransactionPerEvent":
        return _TransactionPerEvent(msg, context, self._processor, self._queues, self._stopping)


class _TransactionPerEvent(DeadLetters):
    def __init__(
        self,
        msg: Any,
        context: ContextRepo,
        processor: Processor[Any],
        queues: Mapping[str, Queue],
        stopping: asyncio.Event,
    ) -> None:
        super().__init__(msg, context=context)
        self._processor = processor
        self._queues = queues
        self._stopping = stopping

    async def consume_scope(
        self, call_next: Callable[[StreamMessage[Any]], Awaitable[object]], msg: StreamMessage[Any]
    ) -> str:
        queue = self._queues[self.context.get_local("handler_").queue.name]
        event: Any = await msg.decode()

        async def handle(factory: object) -> None:
            with self.context.scope("factory", factory):
                await call_next(msg)

        outcome = await retry_while_unavailable(
            lambda: self._processor.handle(queue, event, handle), queue.name, self._stopping
        )
        HANDLED.labels(queue.name, outcome).inc()
        return outcome
