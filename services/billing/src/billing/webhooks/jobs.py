"""The due loop over Stripe's events: find the account, fetch the objects from Stripe, store their state."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from common.due import Done, DueLoop, DueRow, Outcome, Retry
from common.errors import AppError
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from billing.clients.stripe.events import EventSubject, subject_of
from billing.factory import ProcessContext
from billing.models import STRIPE_EVENTS
from billing.subscriptions.workflow import SubscriptionReconciler
from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.rules import retry_delay

log = structlog.get_logger(__name__)

EVENTS = Counter("pulseworks_stripe_events", "Stripe events that were processed, and failed attempts.", ["outcome"])
_LEASE = timedelta(seconds=60)
_MAX_ERROR_LENGTH = 1000


@dataclass(frozen=True)
class Processed(Done):
    account_id: UUID | None


@dataclass(frozen=True)
class Failed(Retry):
    error: str


class StripeEventProcessor:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._stripe = context.stripe_without_retries
        self._reconciler = SubscriptionReconciler(context, context.stripe_without_retries)

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
        """Process one event. This is idempotent, so a crash before the row is settled does no harm."""
        with structlog.contextvars.bound_contextvars(stripe_event=row.values["event_id"], type=row.values["type"]):
            try:
                subject = _subject(row)
                async with self._context.transaction() as factory:
                    account_id = await factory.stripe_events().account_of(subject)
                await self._process(account_id, subject, row.values["created"])
            except AppError as error:
                reason = str(error)
            except Exception as error:  # because an operator must see it beside the event, which is retried
                log.exception("stripe_event_crashed")
                reason = repr(error)
            else:
                EVENTS.labels("processed").inc()
                return Processed(account_id)
            EVENTS.labels("failed").inc()
            log.warning("stripe_event_failed", attempts=row.attempts, reason=reason)
            return Failed(retry_delay(row.attempts), reason[:_MAX_ERROR_LENGTH])

    async def record(self, session: AsyncSession, rows: Sequence[DueRow], outcomes: Sequence[Outcome]) -> None:
        """Store each event's outcome in the transaction that settles it."""
        events = StripeEventRepository(session)
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Processed):
                await events.mark_processed(row, self._context.clock.now(), outcome.account_id)
            elif isinstance(outcome, Failed):
                await events.mark_failed(row, outcome.error)

    async def _process(self, account_id: UUID, subject: EventSubject, created: datetime) -> None:
        subscription_id = subject.subscription_id
        if subject.session_id is not None:
            session = await self._stripe.checkout(subject.session_id)
            subscription_id = session.subscription_id or subscription_id
            async with self._context.transaction(account_id) as factory:
                await factory.checkout_repository().settle(session)
        if subscription_id is not None:
            await self._reconciler.reconcile(account_id, subscription_id, event_created=created)


def _subject(row: DueRow) -> EventSubject:
    payload = row.values["payload"]
    event = json.loads(payload) if isinstance(payload, str) else payload
    return subject_of(row.values["type"], event["data"]["object"])
