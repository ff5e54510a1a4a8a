"""A service's work that no request waits for: its consumers, its relay and its other due loops."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from pulseworks_contracts import Names
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import DATABASE_ERRORS, DueLoop
from common.messaging import topology
from common.messaging.broker import Broker
from common.messaging.consumer import Consumer
from common.messaging.relay import OnRows, Relay
from common.upkeep import Upkeep

FactoryT = TypeVar("FactoryT")


class Worker(Generic[FactoryT]):
    """Declares the topology, then consumes and sends; stops in the opposite order and drops nothing."""

    def __init__(
        self,
        *,
        database: Database,
        amqp_url: str,
        namespace: str,
        factory: Callable[[AsyncSession], FactoryT],
        consumers: Sequence[Consumer[FactoryT]] = (),
        loops: Sequence[DueLoop] = (),
        on_sent: OnRows | None = None,
        on_expired: OnRows | None = None,
    ) -> None:
        self._database = database
        self._url = amqp_url
        self._namespace = namespace
        self._service = database.service
        self._stopping = asyncio.Event()
        self.broker = Broker(amqp_url)
        self.relay = Relay(database, amqp_url, namespace, on_sent=on_sent, on_expired=on_expired)
        self.loops = [self.relay.loop, *loops]
        self._loops = list(loops)
        self._upkeep = Upkeep(database)
        for consumer in consumers:
            consumer.attach(self.broker, Names(namespace), database, factory, self._stopping)

    async def start(self) -> None:
        """Start all of it; raise the broker's error when it can't be reached for a minute."""
        await topology.declare(self._url, self._namespace, service=self._service)
        await self._warm_up()
        await self.broker.start()
        await self.relay.start()
        for loop in self._loops:
            await loop.start()
        await self._upkeep.start()

    async def _warm_up(self) -> None:
        """Connect now, so that the first post that is due need not wait for it. Being away is no harm here."""
        with suppress(*DATABASE_ERRORS):
            await self._database.ping()
            await self._database.loop.ping()

    async def stop(self) -> None:
        self._stopping.set()
        await self._upkeep.stop()
        await self.broker.stop()
        for loop in self._loops:
            await loop.stop()
        await self.relay.stop()

    async def check_broker(self) -> None:
        """Raise when the broker is away, a required queue is gone, or nothing is consumed."""
        await topology.check(self._url, self._namespace, service=self._service)
        await self.broker.check()

    async def check_loops(self) -> None:
        """Raise when a due loop has stopped turning."""
        for loop in self.loops:
            await loop.check()
