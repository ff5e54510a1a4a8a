"""Takes events from a service's outbox to the exchange, persistent and confirmed, at their time."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from prometheus_client import Counter
from pulseworks_contracts import CONTENT_TYPE, Names
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import Again, DueLoop, DueRow, Finished, Outcome
from common.messaging import outbox
from common.messaging.sending import Outgoing, Sender

log = structlog.get_logger(__name__)

SENT = Counter("pulseworks_events_sent", "Events confirmed by the broker.", ["service"])

OnRows = Callable[[AsyncSession, Sequence[DueRow]], Awaitable[None]]
# Events of one write, and unconfirmed ones at once: the next claim is made while the broker confirms the last one.
_BATCH = 256
_WINDOW = 2 * _BATCH
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
        self._on_sent = on_sent
        self._on_expired = on_expired
        self._sent = SENT.labels(database.service)
        self.sender = Sender(url, Names(namespace).exchange, content_type=CONTENT_TYPE, app_id=database.service)
        self.loop = DueLoop(
            database,
            outbox.table(database.service),
            run_many=self._send,
            concurrency=_WINDOW,
            batch=_BATCH,
            lease=timedelta(seconds=30),
            before_settling=self._before_settling,
        )

    async def start(self) -> None:
        await self.sender.connect()
        await self.loop.start()

    async def stop(self) -> None:
        await self.loop.stop()
        await self.sender.close()

    async def _send(self, rows: Sequence[DueRow]) -> Sequence[Outcome]:
        live = [row for row in rows if not _is_expired(row)]
        outgoing = [Outgoing(row.id, row.values["type"], row.values["body"]) for row in live]
        errors = await self.sender.send(outgoing) if outgoing else []
        failed = {row.id: error for row, error in zip(live, errors, strict=True) if error is not None}
        self._sent.inc(len(live) - len(failed))
        if failed:
            event_id, error = next(iter(failed.items()))
            log.warning("events_not_sent", count=len(failed), first_event_id=str(event_id), error=repr(error))
        return [Again(_pause_after(row.attempts)) if row.id in failed else Finished() for row in rows]

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


def _pause_after(attempts: int) -> timedelta:
    return min(_PAUSE * attempts, _LONGEST_PAUSE)


def _is_expired(row: DueRow) -> bool:
    """Decide by the time of the claim alone, so that sending and settling agree."""
    expires_at = row.values["expires_at"]
    return expires_at is not None and row.claimed_at > expires_at
