"""Takes events from a service's outbox to the exchange, persistent and confirmed, at their time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractRobustConnection
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import Again, DueLoop, DueRow, Finished, Outcome
from common.messaging import outbox
from common.messaging.broker import CONTENT_TYPE
from common.messaging.names import Names

log = structlog.get_logger(__name__)

SENT = Counter("pulseworks_events_sent", "Events confirmed by the broker.", ["service"])

OnRows = Callable[[AsyncSession, Sequence[DueRow]], Awaitable[None]]
# Unconfirmed messages at once: enough to hide the broker's round trip, few enough to resend after a crash.
_WINDOW = 256
_CONFIRM_SECONDS = 10.0
_PAUSE = timedelta(milliseconds=250)
_LONGEST_PAUSE = timedelta(seconds=5)


class Relay:
    """A due loop over the outbox. An unconfirmed event stays there and is sent again, with the same id.

    ``on_sent`` and ``on_expired`` run in the transaction that removes the rows, under the loop role: what a service
    must know about its timed events is exact because of that.
    """

    def __init__(
        self,
        database: Database,
        url: str,
        namespace: str,
        *,
        on_sent: OnRows | None = None,
        on_expired: OnRows | None = None,
    ) -> None:
        self._url = url
        self._names = Names(namespace)
        self._service = database.service
        self._on_sent = on_sent
        self._on_expired = on_expired
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchange: AbstractExchange | None = None
        self._connecting = asyncio.Lock()
        self.loop = DueLoop(
            database,
            outbox.table(self._service),
            self._send,
            concurrency=_WINDOW,
            batch=_WINDOW,
            lease=timedelta(seconds=30),
            before_settling=self._before_settling,
        )

    async def start(self) -> None:
        await self.loop.start()

    async def stop(self) -> None:
        await self.loop.stop()
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _send(self, row: DueRow) -> Outcome:
        if _is_expired(row):
            return Finished()
        try:
            exchange = await self._connected()
            message = aio_pika.Message(
                row.values["body"],
                message_id=str(row.id),
                type=row.values["type"],
                content_type=CONTENT_TYPE,
                app_id=self._service,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await exchange.publish(message, row.values["type"], mandatory=True, timeout=_CONFIRM_SECONDS)
        except (aio_pika.exceptions.AMQPError, OSError, TimeoutError, RuntimeError) as error:
            # asyncio and aiormq say RuntimeError for a transport that closed under a call
            log.warning("event_not_sent", event_id=str(row.id), type=row.values["type"], error=repr(error))
            self._exchange = None
            return Again(min(_PAUSE * row.attempts, _LONGEST_PAUSE))
        SENT.labels(self._service).inc()
        return Finished()

    async def _connected(self) -> AbstractExchange:
        async with self._connecting:
            if self._exchange is not None and self._channel is not None and not self._channel.is_closed:
                return self._exchange
            if self._connection is not None:
                await self._connection.close()
            # A plain connection: after a loss the next send makes a new one, and nothing waits on a dead one.
            connection = await aio_pika.connect(self._url, timeout=5)
            self._connection = connection  # type: ignore[assignment]
            self._channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            self._exchange = await self._channel.get_exchange(self._names.exchange, ensure=False)
            return self._exchange

    async def _before_settling(
        self, session: AsyncSession, rows: Sequence[DueRow], outcomes: Sequence[Outcome]
    ) -> None:
        done = [row for row, outcome in zip(rows, outcomes, strict=True) if isinstance(outcome, Finished)]
        expired = [row for row in done if _is_expired(row)]
        sent = [row for row in done if not _is_expired(row)]
        if sent and self._on_sent is not None:
            await self._on_sent(session, sent)
        if expired and self._on_expired is not None:
            await self._on_expired(session, expired)


def _is_expired(row: DueRow) -> bool:
    """Decide by the time of the claim alone, so that sending and settling agree."""
    expires_at = row.values["expires_at"]
    return expires_at is not None and row.claimed_at > expires_at
