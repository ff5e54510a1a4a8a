"""The due loop over Stripe's events: find the account, ask Stripe, apply."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from common.due import Done, DueLoop, DueRow, Outcome, Retry
from common.errors import AppError
from prometheus_client import Counter
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from billing.factory import ProcessContext
from billing.models import STRIPE_EVENTS, StripeEvent
from billing.subscriptions.comparison import Comparison
from billing.webhooks.errors import UnknownCustomerError
from billing.webhooks.subject import Subject, subject_of

log = structlog.get_logger(__name__)

EVENTS = Counter("pulseworks_stripe_events", "Processed events of Stripe's, and tries that failed.", ["outcome"])
_LONGEST_PAUSE = timedelta(hours=6)
_LEASE = timedelta(seconds=60)
_MAX_ERROR = 1000


@dataclass(frozen=True)
class Processed(Done):
    account_id: UUID | None


@dataclass(frozen=True)
class Failed(Retry):
    error: str


def pause(attempts: int) -> timedelta:
    """Return how long an event waits after its ``attempts``-th failure: 1 s, doubling, at most 6 hours.

    It is never given up: what it needs may be a setting, or a person's work in Stripe's dashboard.
    """
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), _LONGEST_PAUSE)


class EventProcessing:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._stripe = context.patient_stripe
        self._comparison = Comparison(context, context.patient_stripe)

    def loop(self) -> DueLoop:
        return DueLoop(
            self._context.database,
            STRIPE_EVENTS,
            self.run,
            concurrency=self._context.settings.event_concurrency,
            lease=_LEASE,
            before_settling=self.record,
        )

    async def run(self, row: DueRow) -> Outcome:
        """Process one event. Done twice it changes nothing the second time, so a crash in between does no harm."""
        with structlog.contextvars.bound_contextvars(stripe_event=row.values["event_id"], type=row.values["type"]):
            try:
                subject = _subject(row)
                account_id = await self._account_of(subject)
                await self._process(account_id, subject, row.values["created"])
            except AppError as error:
                reason = str(error)
            except Exception as error:  # whatever it was, it is to be seen beside the event, which comes back
                log.exception("stripe_event_crashed")
                reason = repr(error)
            else:
                EVENTS.labels("processed").inc()
                return Processed(account_id)
            EVENTS.labels("failed").inc()
            log.warning("stripe_event_failed", attempts=row.attempts, reason=reason)
            return Failed(pause(row.attempts), reason[:_MAX_ERROR])

    async def record(self, session: AsyncSession, rows: Sequence[DueRow], outcomes: Sequence[Outcome]) -> None:
        """Write beside each event what became of it, in the transaction that settles it."""
        for row, outcome in zip(rows, outcomes, strict=True):
            values: dict[str, Any]
            if isinstance(outcome, Processed):
                now = self._context.clock.now()
                values = {"processed_at": now, "error": None, "account_id": outcome.account_id}
            elif isinstance(outcome, Failed):
                values = {"error": outcome.error}
            else:
                continue
            await session.execute(
                update(StripeEvent).where(StripeEvent.id == row.id, StripeEvent.lease_owner == row.lease).values(values)
            )

    async def _account_of(self, subject: Subject) -> UUID:
        """Return the account that an event belongs to. Raises UnknownCustomerError."""
        async with self._context.transaction() as factory:
            lookup = factory.subscription_repository()
            found: UUID | None = None
            if subject.customer_id is not None:
                found = await lookup.account_of_customer(subject.customer_id)
            if found is None and subject.subscription_id is not None:
                found = await lookup.account_of_subscription(subject.subscription_id)
            if found is None and subject.checkout_id is not None:
                found = await lookup.account_of_checkout(subject.checkout_id)
        if found is None:
            raise UnknownCustomerError(f"no account has the customer {subject.customer_id}")
        return found

    async def _process(self, account_id: UUID, subject: Subject, created: datetime) -> None:
        subscription_id = subject.subscription_id
        if subject.session_id is not None:
            session = await self._stripe.checkout(subject.session_id)
            subscription_id = session.subscription_id or subscription_id
            async with self._context.transaction(account_id) as factory:
                await factory.checkout_repository().settle(session)
        if subscription_id is not None:
            await self._comparison.compare(account_id, subscription_id, event_created=created)


def _subject(row: DueRow) -> Subject:
    payload = row.values["payload"]
    event = json.loads(payload) if isinstance(payload, str) else payload
    return subject_of(row.values["type"], event["data"]["object"])
