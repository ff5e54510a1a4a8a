"""A service's background work: its consumers, its relay and its other due loops."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import DATABASE_ERRORS, Database, check_schema
from common.due import DueLoop
from common.messaging import topology
from common.messaging.consumption import Consumption, Supervisor
from common.messaging.processor import Processor
from common.messaging.relay import OnRows, Relay
from common.messaging.router import EventRouter
from common.runtime.backlog import Backlog, Measure
from common.runtime.retention import Purge, Retention
from common.runtime.stopping import stop_seconds
from common.runtime.warm_up import rehearse_batch, rehearse_sent

log = structlog.get_logger(__name__)

FactoryT = TypeVar("FactoryT")

_PAUSE_SECONDS = 1.0
# Without the broker the process still serves REST and runs its due loops.
_FIRST_WAIT_SECONDS = 10.0
_DECLARE_SECONDS = 2.0


class Worker(Generic[FactoryT]):
    """Waits for the schema, declares the topology, then consumes, relays and runs the due loops.

    ``routers`` are functions: a FastStream router belongs to one broker object, and each start creates a new one.
    """

    def __init__(
        self,
        *,
        database: Database,
        versions: Path,
        amqp_url: str,
        namespace: str,
        factory: Callable[[AsyncSession], FactoryT],
        routers: Sequence[Callable[[], EventRouter]] = (),
        loops: Sequence[DueLoop] = (),
        retention: Sequence[Purge] = (),
        measures: Sequence[Measure] = (),
        on_sent: OnRows | None = None,
        on_expired: OnRows | None = None,
        first_wait: float = _FIRST_WAIT_SECONDS,
    ) -> None:
        self._database = database
        self._versions = versions
        self._url = amqp_url
        self._namespace = namespace
        self.relay = Relay(database, amqp_url, namespace, on_sent=on_sent, on_expired=on_expired)
        self.loops = [self.relay.loop, *loops]
        self._loops = list(loops)
        self._retention = Retention(database, purges=retention)
        self._relay_started = False
        self._stopping = False
        self._first_wait = first_wait
        self._processor = Processor(database, factory)
        self._routers = routers
        self._on_sent = on_sent
        create = partial(Consumption, amqp_url, namespace, routers, self._processor)
        # a queue without its handlers is a bug: it must show before the process starts
        self._queues = [queue for create_router in routers for queue in create_router().queues.values()]
        self._starting_relay: asyncio.Task[None] | None = None
        self.consuming = Supervisor(create, self._declare)
        self._backlog = Backlog(
            database,
            [loop.table for loop in self.loops],
            amqp_url=amqp_url,
            namespace=namespace,
            queues=self._queues,
            measures=measures,
        )

    async def start(self) -> None:
        """Start everything once the schema is current. Connecting to the broker continues in the background."""
        await self._wait_for_schema()
        await self._warm_up()
        # before the due loops: events that arrived meanwhile may settle the rows that they would run
        await self.consuming.start(self._first_wait)
        await self._until_relay_has_started(self._first_wait)
        for loop in self._loops:
            await loop.start()
        await self._retention.start()
        await self._backlog.start()

    async def _wait_for_schema(self) -> None:
        """Wait for the migrations of this build: until then handlers would fail for every event."""
        while True:
            try:
                await check_schema(self._database, self._versions)
            except (RuntimeError, *DATABASE_ERRORS) as error:
                log.warning("schema_not_current", error=repr(error))
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    async def _declare(self) -> None:
        """Declare this service's queues. Only the relay needs those of the other services too."""
        await topology.declare(self._url, self._namespace, self._queues, service=self._database.service)
        if self._starting_relay is None:
            self._starting_relay = asyncio.create_task(self._start_relay(), name="relay")

    async def _start_relay(self) -> None:
        """Send nothing before every queue of the contracts exists (E2)."""
        while not (self._relay_started or self._stopping):
            try:
                await topology.declare(self._url, self._namespace, service=self._database.service)
                await self.relay.start()
                self._relay_started = True
            except (RuntimeError, *DATABASE_ERRORS, *topology.CONNECTION_ERRORS) as error:
                log.warning("relay_not_started", error=repr(error))
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _until_relay_has_started(self, seconds: float) -> None:
        """Let a declaration in progress finish: RabbitMQ 3.10 mishandles one during the queue's deletion."""
        if self._starting_relay is not None:
            await asyncio.wait([self._starting_relay], timeout=seconds)

    async def _warm_up(self) -> None:
        """Let the first post find everything ready. Without the database there is nothing to get ready yet."""
        with suppress(*DATABASE_ERRORS):
            await self._database.ping()
            await self._database.cross_account.ping()
            for router in [create_router() for create_router in self._routers]:
                for name, (_, handler) in router.batches.items():
                    await rehearse_batch(self._processor, router.queues[name], handler)
            if self._on_sent is not None:
                await rehearse_sent(self._database, self._on_sent)

    @property
    def stop_seconds(self) -> float:
        """How long `stop` may take."""
        return stop_seconds(loop.finish_within for loop in self.loops)

    async def stop(self) -> None:
        """Finish what is in progress, everything concurrently. Events that are emitted meanwhile wait in the outbox."""
        await self._until_relay_has_started(_DECLARE_SECONDS)
        # the flag too: aiormq can turn a cancellation into an error of the connection
        self._stopping = True
        if self._starting_relay is not None:
            self._starting_relay.cancel()
            await asyncio.gather(self._starting_relay, return_exceptions=True)
        relay = [self.relay.stop()] if self._relay_started else []
        loops = [loop.stop() for loop in self._loops]
        await asyncio.gather(self._backlog.stop(), self._retention.stop(), self.consuming.stop(), *loops, *relay)

    async def check_broker(self) -> None:
        """Raise if the broker is unavailable, a required queue is missing, or a queue is not consumed."""
        await topology.check(self._url, self._namespace, service=self._database.service)
        await self.consuming.check()

    async def check_loops(self) -> None:
        """Raise if a due loop does not claim any more."""
        for loop in self.loops if self._relay_started else self._loops:
            await loop.check()
