"""The due loop over Stripe's events: find the account, fetch the objects from Stripe, store their state."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from common.database import is_transient
from common.due import Done, DueLoop, DueRow, Outcome, Retry
from common.errors import AppError
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from billing.clients.stripe.events import subject_of
from billing.factory import ProcessContext
from billing.models import STRIPE_EVENTS
from billing.subscriptions.workflow import SubscriptionReconciler
from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.rules import is_set_aside, reason_of, retry_delay

log = structlog.get_logger(__name__)

EVENTS = Counter(
    "pulseworks_stripe_events",
    "Stripe events by outcome: processed, failed (an attempt, which is repeated), set_aside (for an operator).",
    ["outcome"],
)
for _outcome in ("processed", "failed", "set_aside"):
    EVENTS.labels(_outcome)  # from the start, because Prometheus sees no increase in the first value of a series
_LEASE = timedelta(seconds=60)
_MAX_ERROR_LENGTH = 1000


@dataclass(frozen=True)
class Processed(Done):
    account_id: UUID | None


@dataclass(frozen=True)
class Failed(Retry):
    error: str


@dataclass(frozen=True)
class SetAside(Done):
    reason: str


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
                account_id = await self._process(row)
            except Exception as error:  # noqa: BLE001 - whatever it is, an operator must see it beside the event
                return self._failed(row, error)
            EVENTS.labels("processed").inc()
            return Processed(account_id)

    async def record(self, session: AsyncSession, rows: Sequence[DueRow], outcomes: Sequence[Outcome]) -> None:
        """Store each event's outcome in the transaction that settles it."""
        events = StripeEventRepository(session)
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Processed):
                await events.mark_processed(row, self._context.clock.now(), outcome.account_id)
            elif isinstance(outcome, SetAside):
                await events.mark_set_aside(row, self._context.clock.now(), outcome.reason)
            elif isinstance(outcome, Failed):
                await events.mark_failed(row, outcome.error)

    async def _process(self, row: DueRow) -> UUID:
        event = _event(row)
        subject = subject_of(row.values["type"], event["data"]["object"])
        async with self._context.transaction() as factory:
            events = factory.stripe_events()
            events.require_own_mode(event.get("livemode"))
            account_id = await events.account_of(subject)
        subscription_id = subject.subscription_id
        if subject.session_id is not None:
            session = await self._stripe.checkout(subject.session_id)
            subscription_id = session.subscription_id or subscription_id
            async with self._context.transaction(account_id) as factory:
                await factory.checkout_repository().settle(session)
        if subscription_id is not None:
            await self._reconciler.reconcile(account_id, subscription_id, event_created=row.values["created"])
        return account_id

    def _failed(self, row: DueRow, error: Exception) -> Outcome:
        reason = reason_of(error)[:_MAX_ERROR_LENGTH]
        crash = None if isinstance(error, AppError) else error
        if is_set_aside(error, row.attempts, transient=is_transient(error)):
            EVENTS.labels("set_aside").inc()
            log.error("stripe_event_set_aside", attempts=row.attempts, reason=reason, exc_info=crash)
            return SetAside(reason)
        EVENTS.labels("failed").inc()
        log.warning("stripe_event_failed", attempts=row.attempts, reason=reason, exc_info=crash)
        return Failed(retry_delay(row.attempts), reason)


def _event(row: DueRow) -> dict[str, Any]:
    payload = row.values["payload"]
    event: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return event


class StripeEventRetention:
    """Deletes events after the time in the settings. Several replicas may run it."""

    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def run(self, session: AsyncSession) -> None:
        """Delete old events in a transaction of the cross-account role."""
        days = timedelta(days=self._context.settings.stripe_event_retention_days)
        count = await StripeEventRepository(session).remove(received_before=self._context.clock.now() - days)
        if count:
            log.info("stripe_events_removed", count=count)
