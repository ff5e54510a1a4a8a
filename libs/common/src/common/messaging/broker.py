"""The connection that consumes: it is made anew whenever it is lost."""

import asyncio
from contextlib import suppress

import aiormq
import structlog
from prometheus_client import Counter

from common.messaging.connection import connect
from common.messaging.subscription import Subscription

log = structlog.get_logger(__name__)

HANDLED = Counter("pulseworks_events_handled", "Events by what became of them.", ["queue", "outcome"])
DEAD_LETTERED = Counter("pulseworks_events_dead_lettered", "Messages that could not be understood.", ["type"])
CONTENT_TYPE = "application/cloudevents+json"
_CONNECT_SECONDS = 5.0
_GRACE_SECONDS = 5.0
_PAUSE_SECONDS = 1.0


class Broker:
    """One connection for all subscriptions of a process, a channel for each.

    aio-pika's robust connection is not used: it restores channels one by one, and a queue that is missing then leaves
    half of them. Here all begin anew together, each second, until all of them consume.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.subscribers: list[Subscription] = []
        self._connection: aiormq.abc.AbstractConnection | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect and consume. Raises the broker's error when that fails the first time; later losses are mended."""
        lost = await self._open()
        self._keeping = asyncio.create_task(self._keep_open(lost), name="broker")

    async def stop(self) -> None:
        """Take nothing more, finish what is at work, let go; what was not handled goes back to its queue."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await asyncio.gather(*(subscription.close(_GRACE_SECONDS) for subscription in self.subscribers))
        await self._close()

    async def check(self) -> None:
        """Raise when nothing is consumed at the moment."""
        if self._connection is None or self._connection.is_closed or self._keeping is None or self._keeping.done():
            raise RuntimeError("the connection that consumes is lost and not made anew yet")

    async def _open(self) -> "list[asyncio.Future[None]]":
        """Return futures of which one is done when the connection or a channel has closed."""
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                self._connection = await connect(self._url)
                opened = [await subscription.open(self._connection) for subscription in self.subscribers]
                return [self._connection.closing, *opened]
        except BaseException:
            await self._close()
            raise

    async def _keep_open(self, lost: "list[asyncio.Future[None]]") -> None:
        while True:
            await asyncio.wait(lost, return_when=asyncio.FIRST_COMPLETED)
            log.warning("consuming_interrupted")
            await self._close()
            while True:
                await asyncio.sleep(_PAUSE_SECONDS)
                try:
                    lost = await self._open()
                except Exception as error:  # noqa: BLE001 - whatever it is, consuming must not end for good
                    log.warning("consuming_not_resumed", error=repr(error))
                else:
                    log.info("consuming_resumed")
                    break

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # aiormq raises a bare one when the other side has closed at the same time
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await connection.close()
