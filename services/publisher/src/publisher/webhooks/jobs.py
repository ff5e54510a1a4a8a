"""The due loop of stored webhooks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from common.due import Done, DueLoop, DueRow, Outcome, Retry
from pulseworks_contracts import Platform

from publisher.clients.ayrshare.errors import AyrshareRateLimitedError
from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import ProcessContext
from publisher.models import AYRSHARE_EVENTS
from publisher.webhooks.rules import happened_at, parse, platform_of, unlink_reason

log = structlog.get_logger(__name__)


class WebhookJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._connections = ConnectionWorkflow(context)

    async def run(self, row: DueRow) -> Outcome:
        """Process a stored webhook. After an error the loop retries it, with growing pauses."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id)):
            async with self._context.database.transaction(row.account_id) as session:
                stored = await self._context.factory(session).ayrshare_events().get(row.id)
                event = parse(stored.body)
            try:
                outcome = await self._process(row.account_id, event)
            except AyrshareRateLimitedError as error:
                log.info("webhook_waits", seconds=error.retry_after)
                return Retry(timedelta(seconds=error.retry_after))
            async with self._context.database.transaction(row.account_id) as session:
                stored = await self._context.factory(session).ayrshare_events().get(row.id)
                stored.processed_at = self._context.clock.now()
                stored.outcome = outcome
            log.info("webhook_processed", action=stored.action, outcome=outcome)
        return Done()

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


def webhook_loop(context: ProcessContext) -> DueLoop:
    return DueLoop(context.database, AYRSHARE_EVENTS, WebhookJob(context).run, concurrency=4, batch=4)
