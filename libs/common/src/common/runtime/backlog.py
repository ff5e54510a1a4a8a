"""Gauges of what waits: due rows, messages in queues, dead letters, and what a service adds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import nan

import structlog
from prometheus_client import Gauge
from pulseworks_contracts import Queue

from common.database import DATABASE_ERRORS, Database
from common.due import DueTable, overdue
from common.messaging import topology

__all__ = ["Backlog", "Measure"]

log = structlog.get_logger(__name__)

ROWS = Gauge(
    "pulseworks_due_rows", "Rows that are due and not claimed; 10,000 stands for any higher number.", ["table"]
)
OLDEST = Gauge("pulseworks_due_oldest_seconds", "How long the oldest of these rows has been due.", ["table"])
MESSAGES = Gauge("pulseworks_queue_messages", "Messages that wait in a queue.", ["queue"])
DEAD_LETTERS = Gauge("pulseworks_dead_letters", "Messages in the dead-letter queue of a queue.", ["queue"])

_EVERY_SECONDS = 15.0
_LONGEST_SECONDS = 10.0


@dataclass(frozen=True)
class Measure:
    """A gauge of a service. ``read`` returns its value, in a transaction of its own."""

    gauge: Gauge
    read: Callable[[], Awaitable[float]]


class Backlog:
    """Measures every 15 seconds and not per scrape, so that the load does not depend on who scrapes.

    Every worker of a service measures the same, so a query takes the maximum. What could not be measured is not
    exported, or is NaN if it has no labels: an old value would look like a current one.
    """

    def __init__(
        self,
        database: Database,
        tables: Sequence[DueTable],
        *,
        amqp_url: str,
        namespace: str,
        queues: Sequence[Queue],
        measures: Sequence[Measure] = (),
    ) -> None:
        self._database = database
        self._tables = tables
        self._url = amqp_url
        self._namespace = namespace
        self._queues = queues
        self._measures = measures
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._repeat(), name="backlog")

    async def stop(self) -> None:
        # the flag too: aiormq can turn a cancellation into an error of the connection
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def measure(self) -> None:
        """Measure everything once."""
        await self._measure(self._measure_rows, self._forget_rows)
        await self._measure(self._measure_queues, self._forget_queues)
        for own in self._measures:
            await self._measure(partial(_set, own), partial(own.gauge.set, nan))

    async def _repeat(self) -> None:
        while not self._stopping.is_set():
            await self.measure()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _EVERY_SECONDS)

    async def _measure(self, measure: Callable[[], Awaitable[None]], forget: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                await measure()
        except (*DATABASE_ERRORS, *topology.CONNECTION_ERRORS, TimeoutError) as error:
            log.info("backlog_not_measured", error=type(error).__name__)
            forget()

    async def _measure_rows(self) -> None:
        async with self._database.cross_account.transaction() as session:
            for table in self._tables:
                rows, oldest = await overdue(session, table)
                ROWS.labels(table.qualified).set(rows)
                OLDEST.labels(table.qualified).set(oldest)

    def _forget_rows(self) -> None:
        for table in self._tables:
            _remove(table.qualified, ROWS, OLDEST)

    async def _measure_queues(self) -> None:
        depths = await topology.depths(self._url, self._namespace, self._queues)
        for name, (messages, dead) in depths.items():
            MESSAGES.labels(name).set(messages)
            DEAD_LETTERS.labels(name).set(dead)

    def _forget_queues(self) -> None:
        for queue in self._queues:
            _remove(queue.name, MESSAGES, DEAD_LETTERS)


async def _set(measure: Measure) -> None:
    measure.gauge.set(await measure.read())


def _remove(label: str, *gauges: Gauge) -> None:
    for gauge in gauges:
        with suppress(KeyError):
            gauge.remove(label)
