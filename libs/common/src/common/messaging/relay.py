"""Sends events from a service's outbox to the exchange at their due time, persistent and confirmed."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from prometheus_client import Counter
from pulseworks_contracts import CONTENT_TYPE, Names
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import Done, DueLoop, DueRow, Outcome, Retry
from common.messaging import outbox
from common.messaging.sending import Outgoing, Sender
from common.tracing import context_of, is_tracing, links_to, traceparent

log = structlog.get_logger(__name__)

SENT = Counter("pulseworks_events_sent", "Events confirmed by the broker.", ["service"])

OnRows = Callable[[AsyncSession, Sequence[DueRow]], Awaitable[None]]
# Events of one write, and the most unconfirmed ones: the next batch is claimed while the broker confirms the last.
_BATCH = 256
_WINDOW = 2 * _BATCH
_PAUSE = timedelta(milliseconds=250)
_LONGEST_PAUSE = timedelta(seconds=5)
_LONG = timedelta(minutes=1)
_TRACEPARENT = re.compile(rb'"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})"')

_tracer = trace.get_tracer("pulseworks.relay")


class Relay:
    """A due loop over the outbox. An unconfirmed event stays there and is sent again with the same id.

    ``on_sent`` and ``on_expired`` run in the transaction that removes the rows, under the cross-account role, so that a
    service knows exactly which of its timed events were sent.
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
        spans = [_producer_span(row) for row in live]
        outgoing = [
            Outgoing(row.id, row.values["type"], row.values["body"], parent)
            for row, (_, parent) in zip(live, spans, strict=True)
        ]
        try:
            errors = await self.sender.send(outgoing) if outgoing else []
        finally:
            for span, _ in spans:
                span.end()
        failed = {row.id: error for row, error in zip(live, errors, strict=True) if error is not None}
        self._sent.inc(len(live) - len(failed))
        if failed:
            event_id, error = next(iter(failed.items()))
            log.warning("events_not_sent", count=len(failed), first_event_id=str(event_id), error=repr(error))
        return [Retry(_pause_after(row.attempts)) if row.id in failed else Done() for row in rows]

    async def _before_settling(
        self, session: AsyncSession, rows: Sequence[DueRow], outcomes: Sequence[Outcome]
    ) -> None:
        done = [row for row, outcome in zip(rows, outcomes, strict=True) if isinstance(outcome, Done)]
        expired = [row for row in done if _is_expired(row)]
        sent = [row for row in done if not _is_expired(row)]
        if sent and self._on_sent is not None:
            await self._on_sent(session, sent)
        if expired and self._on_expired is not None:
            await self._on_expired(session, expired)


def _producer_span(row: DueRow) -> tuple[trace.Span, str | None]:
    """Return the span under which an event is sent, and the ``traceparent`` that travels with it."""
    emitted_under = _traceparent_in(row.values["body"])
    if not is_tracing():
        return trace.INVALID_SPAN, emitted_under
    # a post waits for days: what follows is a new trace, linked to the one that scheduled it
    waited = row.due_at - row.values["created_at"] > _LONG
    span = _tracer.start_span(
        f"send {row.values['type']}",
        kind=trace.SpanKind.PRODUCER,
        context=Context() if waited else context_of(emitted_under),
        links=links_to(emitted_under) if waited else None,
    )
    return span, traceparent(trace.set_span_in_context(span, Context()))


def _traceparent_in(body: bytes) -> str | None:
    """Return the event's own ``traceparent``, which precedes its data."""
    found = _TRACEPARENT.search(body, 0, max(body.find(b',"data":'), 0))
    return found[1].decode() if found else None


def _pause_after(attempts: int) -> timedelta:
    return min(_PAUSE * attempts, _LONGEST_PAUSE)


def _is_expired(row: DueRow) -> bool:
    """Compare with the time of the claim, so that sending and settling decide the same."""
    expires_at = row.values["expires_at"]
    return expires_at is not None and row.claimed_at > expires_at
