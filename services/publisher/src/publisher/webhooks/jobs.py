"""The due loops of stored webhooks, and of those whose profile is not known yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from common.database import is_transient
from common.due import Done, DueLoop, DueRow, Outcome, Retry, backoff
from common.errors import DEFECTS, AppError
from pulseworks_contracts import Platform
from sqlalchemy.exc import DBAPIError

from publisher.clients.ayrshare.errors import AyrshareRateLimitedError
from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import ProcessContext
from publisher.models import AYRSHARE_EVENTS, UNMATCHED_EVENTS
from publisher.webhooks.rules import UNMATCHED_KEPT, happened_at, is_given_up, parse, platform_of, unlink_reason
from publisher.webhooks.service import PROCESSED

log = structlog.get_logger(__name__)

_MAX_ERROR_LENGTH = 1000


class WebhookJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._connections = ConnectionWorkflow(context)

    async def run(self, row: DueRow) -> Outcome:
        """Process a stored webhook. After an error the loop retries it, with growing pauses.

        One that fails for its own sake is given up after some attempts.
        """
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id)):
            try:
                await self._process_stored(row)
            except AyrshareRateLimitedError as error:
                log.info("webhook_waits", seconds=error.retry_after)
                return Retry(timedelta(seconds=error.retry_after))
            except (AppError, DBAPIError, *DEFECTS) as error:
                if is_transient(error) or not is_given_up(error, row.attempts):
                    raise
                reason = repr(error)[:_MAX_ERROR_LENGTH]
                log.exception("webhook_given_up", id=str(row.id), attempts=row.attempts)
                PROCESSED.labels("given_up").inc()
                async with self._context.database.transaction(row.account_id) as session:
                    stored = await self._context.factory(session).ayrshare_events().get(row.id)
                    stored.outcome, stored.error = "given up", reason
        return Done()

    async def _process_stored(self, row: DueRow) -> None:
        async with self._context.database.transaction(row.account_id) as session:
            stored = await self._context.factory(session).ayrshare_events().get(row.id)
        outcome = await self._process(row.account_id, parse(stored.body))
        async with self._context.database.transaction(row.account_id) as session:
            stored = await self._context.factory(session).ayrshare_events().get(row.id)
            stored.processed_at = self._context.clock.now()
            stored.outcome = outcome
        PROCESSED.labels("processed").inc()
        log.info("webhook_processed", action=stored.action, outcome=outcome)

    async def _process(self, account_id: UUID, event: dict[str, Any]) -> str:
        platform = platform_of(event)
        match event.get("action"), event.get("type"):
            case "social", "unlink" if platform is not None:
                if await self._unlink(account_id, event, platform):
                    return "unlinked"
                await self._connections.refresh(account_id)
                return "refreshed"
            case "social", _:
                # the event may be late, so the linked accounts are fetched and not read from it
                await self._connections.refresh(account_id)
                return "refreshed"
            case "scheduled", _:
                async with self._context.database.transaction(account_id) as session:
                    deliveries = self._context.factory(session).deliveries()
                    woken = await deliveries.wake_uncertain(str(event.get("refId")))
                return f"looking for {woken}"
            case _:
                return "ignored"

    async def _unlink(self, account_id: UUID, event: dict[str, Any], platform: Platform) -> bool:
        async with self._context.database.transaction(account_id) as session:
            service = self._context.factory(session).connections()
            return await service.unlink(platform, unlink_reason(event), at=happened_at(event))


class UnmatchedWebhookJob:
    """Stores an event for the account of its profile, once that is known."""

    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def run(self, row: DueRow) -> Outcome:
        async with self._context.database.transaction() as session:
            if await self._context.factory(session).webhooks().match(row.values):
                return Done()
        if self._context.clock.now() < row.values["received_at"] + UNMATCHED_KEPT:
            return Retry(backoff(row.attempts))
        log.warning("unmatched_webhook_given_up", action=row.values["action"], ref_id=row.values["ref_id"])
        PROCESSED.labels("unmatched").inc()
        return Done()


def webhook_loop(context: ProcessContext) -> DueLoop:
    return DueLoop(context.database, AYRSHARE_EVENTS, WebhookJob(context).run, concurrency=4, batch=4)


def unmatched_webhook_loop(context: ProcessContext) -> DueLoop:
    return DueLoop(context.database, UNMATCHED_EVENTS, UnmatchedWebhookJob(context).run, concurrency=4)
