"""Between a queue and its handlers: understand, hold while the database is away, say what became of each message."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import structlog
from aiormq.abc import DeliveredMessage
from pulseworks_contracts import Event
from pydantic import TypeAdapter, ValidationError

from common.messaging.broker import DEAD_LETTERED, HANDLED
from common.messaging.passing import is_passing
from common.messaging.subscription import Verdict

log = structlog.get_logger(__name__)

T = TypeVar("T")

_PAUSE_SECONDS = 0.5


class _StoppingError(Exception):
    """We are stopping, and the database is away: the message must stay where it is."""


class Edge:
    """One queue's edge.

    What cannot be understood or handled goes to the dead letters at once: giving it back would make a hot loop. An
    outage of the database never gets that far, since the message is held until it has passed.
    """

    def __init__(
        self,
        queue: str,
        events: "TypeAdapter[Event]",
        handle: Callable[[Event], Awaitable[str]],
        handle_together: Callable[[Sequence[Event]], Awaitable[Sequence[str]]] | None,
        stopping: asyncio.Event,
    ) -> None:
        self._queue = queue
        self._events = events
        self._handle = handle
        self._handle_together = handle_together
        self._stopping = stopping

    async def receive(self, messages: Sequence[DeliveredMessage]) -> list[Verdict]:
        """Return what shall become of each message; never raises."""
        events = [self._understand(message) for message in messages]
        understood = [(place, event) for place, event in enumerate(events) if event is not None]
        verdicts = [Verdict.POISON] * len(messages)
        if self._handle_together is not None and len(understood) > 1:
            together = await self._all(self._handle_together, [event for _, event in understood])
            if together is not None:
                for place, _ in understood:
                    verdicts[place] = together
                return verdicts
        for place, event in understood:
            verdicts[place] = await self._one(event, messages[place])
        return verdicts

    def _understand(self, message: DeliveredMessage) -> Event | None:
        try:
            return self._events.validate_json(message.body)
        except ValidationError as error:
            self._bury(message, error)
            return None

    async def _all(
        self, handle: Callable[[Sequence[Event]], Awaitable[Sequence[str]]], events: Sequence[Event]
    ) -> Verdict | None:
        """Return the verdict on all of them; None when one can't be handled, nobody knows which."""
        try:
            outcomes = await self._hold(lambda: handle(events), events[0])
        except _StoppingError:
            return Verdict.NOT_NOW
        except Exception as error:  # noqa: BLE001 - whatever it is, each event is tried by itself and shows it again
            log.warning("events_taken_apart", queue=self._queue, count=len(events), error=repr(error))
            return None
        for outcome in outcomes:
            HANDLED.labels(self._queue, outcome).inc()
        return Verdict.DONE

    async def _one(self, event: Event, message: DeliveredMessage) -> Verdict:
        try:
            outcome = await self._hold(lambda: self._handle(event), event)
        except _StoppingError:
            return Verdict.NOT_NOW
        except Exception as error:  # noqa: BLE001 - a handler's defect is logged, counted and kept as a dead letter
            self._bury(message, error)
            return Verdict.POISON
        HANDLED.labels(self._queue, outcome).inc()
        return Verdict.DONE

    async def _hold(self, handle: Callable[[], Awaitable[T]], event: Event) -> T:
        """Handle; while the database is away, try again and again."""
        while True:
            try:
                return await handle()
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("event_held", queue=self._queue, event_id=str(event.id), error=repr(error))
                if self._stopping.is_set():
                    raise _StoppingError from error
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _PAUSE_SECONDS)

    def _bury(self, message: DeliveredMessage, error: Exception) -> None:
        type_ = message.routing_key or ""
        DEAD_LETTERED.labels(type_).inc()
        properties = message.header.properties
        log.error("event_dead_lettered", event_id=properties.message_id, type=type_, error=repr(error), exc_info=error)
