"""The consumers of a process: one FastStream broker, created, started, supervised and stopped as a whole."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Protocol, cast

import structlog
from faststream import AckPolicy
from faststream.rabbit import RabbitBroker
from faststream.rabbit.opentelemetry import RabbitTelemetryMiddleware
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from opentelemetry import trace
from prometheus_client import Gauge
from pulseworks_contracts import Names
from pulseworks_contracts.faststream import CloudEventsCodec

from common.messaging.batching import Batch
from common.messaging.processor import Processor, TransactionPerEvent
from common.messaging.router import EventRouter
from common.messaging.topology import with_heartbeat
from common.tracing import is_tracing

__all__ = ["Consuming", "Consumption", "Supervisor", "close_broker", "create_broker", "silent_queues"]

log = structlog.get_logger(__name__)

CONSUMING = Gauge("pulseworks_consuming", "1 while every queue of this process has a live consumer.")

_CONNECT_SECONDS = 5.0
_GRACE_SECONDS = 5.0
_START_SECONDS = 30.0
# their sum is less than a process has to stop, even if the server hangs
_STOP_SECONDS = 6.0
_CLOSE_SECONDS = 3.0
_CHECK_SECONDS = 0.5
_PAUSE_SECONDS = 1.0


def create_broker(url: str, middlewares: Sequence[Any] = ()) -> RabbitBroker:
    """Return a FastStream broker with this project's settings; it is not connected yet."""
    traced = [_telemetry()] if is_tracing() else []
    return RabbitBroker(
        with_heartbeat(url),
        codec=CloudEventsCodec(),
        ack_policy=AckPolicy.REJECT_ON_ERROR,
        graceful_timeout=_GRACE_SECONDS,
        timeout=_CONNECT_SECONDS,
        reconnect_interval=_PAUSE_SECONDS,
        middlewares=[*traced, *middlewares],
        logger=None,
    )


@cache
def _telemetry() -> RabbitTelemetryMiddleware:
    """Return the process's only middleware: the meters of each instance are never released."""
    return RabbitTelemetryMiddleware(tracer_provider=trace.get_tracer_provider())


class Consumption:
    """One broker object with the routers of a service. It is started and stopped once."""

    def __init__(
        self, url: str, namespace: str, create_routers: Sequence[Callable[[], EventRouter]], processor: Processor[Any]
    ) -> None:
        self._stopping = asyncio.Event()
        routers = [create_router() for create_router in create_routers]
        queues = {name: queue for router in routers for name, queue in router.queues.items()}
        self._batches = {
            name: Batch(queues[name], subscriber, handler, processor, self._stopping)
            for router in routers
            for name, (subscriber, handler) in router.batches.items()
        }
        self.broker = create_broker(url, [TransactionPerEvent(processor, queues, self._stopping)])
        for router in routers:
            self.broker.include_router(router, prefix=Names(namespace).prefix)

    async def start(self) -> None:
        """Connect and consume. Raises the broker's error, for instance when a queue is missing."""
        for batch in self._batches.values():
            batch.start()
        await self.broker.start()

    async def stop(self) -> None:
        """Stop consuming, finish what is in progress, disconnect. Unhandled messages return to their queues."""
        self._stopping.set()
        # before the channels close: a batch still has to send its acknowledgement
        stops = [subscriber.stop() for subscriber in self.broker.subscribers]
        stops += [batch.stop(_GRACE_SECONDS) for batch in self._batches.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await asyncio.gather(*stops, return_exceptions=True)
        await close_broker(self.broker)

    def silent(self) -> list[str]:
        stopped = [name for name, batch in self._batches.items() if not batch.is_running]
        return [*silent_queues(self.broker), *stopped]


def silent_queues(broker: RabbitBroker) -> list[str]:
    """Return the queues of ``broker`` without a live consumer.

    ``broker.ping`` checks the connection alone, so this checks the channel of each subscriber. The names are private to
    FastStream 0.7 and aio-pika 10; a test fails if they are gone.
    """
    subscribers = cast("list[RabbitSubscriber]", broker.subscribers)
    return [subscriber.queue.name for subscriber in subscribers if not _is_consumed(subscriber)]


def _is_consumed(subscriber: Any) -> bool:
    queue = subscriber._queue_obj
    if queue is None or queue.channel._channel is None:
        return False
    channel = queue.channel._channel.channel
    return not channel.is_closed and subscriber._consumer_tag in channel.consumers


async def close_broker(broker: RabbitBroker) -> None:
    """Stop a broker object and close its connection, even if the server is gone."""
    connection = broker._connection
    with suppress(Exception):  # without the server, each step of stop() may raise or hang
        async with asyncio.timeout(_CLOSE_SECONDS):
            await broker.stop()
    if connection is not None and not connection.is_closed:
        with suppress(Exception):  # as above
            async with asyncio.timeout(_CLOSE_SECONDS):
                await connection.close()


class Consuming(Protocol):
    """What a supervisor runs: a broker object that is started and stopped once."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def silent(self) -> list[str]:
        """Return the queues without a live consumer."""
        ...


class Supervisor:
    """Starts consumption, checks its consumers, and starts a new one when a consumer is lost.

    Each start declares the topology and creates a new broker object. aio-pika reconnects automatically, but its
    recovery of consumers is not used (``robust=False`` on the queues): it stops all of them while a queue is missing,
    and does not retry a channel that could not be restored.
    """

    def __init__(self, create: Callable[[], Consuming], declare: Callable[[], Awaitable[None]]) -> None:
        self._create = create
        self._declare = declare
        self._consumption: Consuming | None = None
        self._consuming = False
        self._started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, wait: float) -> None:
        """Start, and wait up to ``wait`` seconds for the first consumers. Retries while the broker is unavailable."""
        self._task = asyncio.create_task(self._keep_consuming(), name="consuming")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._started.wait(), wait)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._close()

    async def check(self) -> None:
        """Raise RuntimeError that names the queues without a consumer."""
        if self._task is None or self._task.done() or self._consumption is None or not self._consuming:
            raise RuntimeError("nothing is consumed: the broker is unavailable or the queues are missing")
        silent = self._consumption.silent()
        if silent:
            raise RuntimeError(f"not consumed: {', '.join(silent)}")

    async def _keep_consuming(self) -> None:
        while True:
            try:
                await self._declare()
                await self._consume()
            except Exception as error:  # noqa: BLE001 - after any error, consuming starts again
                log.warning("not_consuming", error=repr(error))
            except asyncio.CancelledError as error:
                # aiormq cancels calls that wait for a broker that hangs
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                log.warning("not_consuming", error=repr(error))
            await self._close()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _consume(self) -> None:
        """Start consuming; return when a queue has lost its consumer."""
        consumption = self._consumption = self._create()
        async with asyncio.timeout(_START_SECONDS):
            await consumption.start()
        log.info("consuming_started")
        self._set_consuming(True)
        self._started.set()
        while not (silent := consumption.silent()):  # noqa: ASYNC110 - no event covers all causes
            await asyncio.sleep(_CHECK_SECONDS)
        log.warning("consuming_interrupted", queues=silent)

    async def _close(self) -> None:
        self._set_consuming(False)
        if self._consumption is not None:
            await self._consumption.stop()
            self._consumption = None

    def _set_consuming(self, consuming: bool) -> None:
        self._consuming = consuming
        CONSUMING.set(1 if consuming else 0)
