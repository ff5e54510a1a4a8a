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

    async def start(self) -> None:
        self._task = asyncio.create_task(self._repeat(), name="backlog")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def measure_rows(self) -> None:
        try:
            async with self._database.cross_account.transaction() as session:
                for table in self._tables:
                    rows, oldest = await overdue(session, table)
                    ROWS.labels(table.qualified).set(rows)
                    OLDEST.labels(table.qualified).set(oldest)
        except BaseException:
            for table in self._tables:
                _forget(table.qualified, ROWS, OLDEST)
            raise

    async def measure_queues(self) -> None:
        try:
            depths = await topology.depths(self._url, self._namespace, self._queues)
            for name, (messages, dead) in depths.items():
                MESSAGES.labels(name).set(messages)
                DEAD_LETTERS.labels(name).set(dead)
        except BaseException:
            for queue in self._queues:
                _forget(queue.name, MESSAGES, DEAD_LETTERS)
            raise

    async def measure(self, own: Measure) -> None:
        value = nan
        try:
            value = await own.read()
        finally:
            own.gauge.set(value)

    async def _repeat(self) -> None:
        measures: list[Callable[[], Awaitable[None]]] = [self.measure_rows, self.measure_queues]
        measures += [partial(self.measure, each) for each in self._measures]
        while True:
            for measure in measures:
                try:
                    async with asyncio.timeout(_LONGEST_SECONDS):
                        await measure()
                except (*DATABASE_ERRORS, *topology.CONNECTION_ERRORS, TimeoutError) as error:
                    log.info("backlog_not_measured", error=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)


def _forget(label: str, *gauges: Gauge) -> None:
    for gauge in gauges:
        with suppress(KeyError):
            gauge.remove(label)
