"""The due loop over stored webhooks."""

from datetime import datetime
from typing import Any

import structlog
from common.clock import Clock
from common.database import Database
from common.due import Done, DueLoop, DueRow, Outcome
from pulseworks_contracts import Platform

from publisher.clients.ayrshare import NETWORKS, parse_time
from publisher.connections.linking import Linking
from publisher.connections.repository import ConnectionRepository
from publisher.connections.service import ConnectionService
from publisher.deliveries.repository import DeliveryRepository
from publisher.models import AYRSHARE_EVENTS
from publisher.webhooks.repository import AyrshareEventRepository
from publisher.webhooks.service import parse

log = structlog.get_logger(__name__)

_PLATFORMS: dict[str, Platform] = {network: platform for platform, network in NETWORKS.items()}


class WebhookProcessor:
    def __init__(self, database: Database, linking: Linking, clock: Clock) -> None:
        self._database = database
        self._linking = linking
        self._clock = clock

    async def run(self, row: DueRow) -> Outcome:
        """Do what a stored webhook asks for. What fails is tried again by the loop, with growing pauses."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id)):
            async with self._database.transaction(row.account_id) as session:
                kept = await AyrshareEventRepository(session).get(row.id)
                event = parse(kept.body)
            outcome = await self._process(row, event)
            async with self._database.transaction(row.account_id) as session:
                kept = await AyrshareEventRepository(session).get(row.id)
                kept.processed_at = self._clock.now()
                kept.outcome = outcome
            log.info("webhook_processed", action=kept.action, outcome=outcome)
        return Done()

    async def _process(self, row: DueRow, event: dict[str, Any]) -> str:
        platform = _PLATFORMS.get(str(event.get("platform", "")))
        match event.get("action"), event.get("type"):
            case "social", "unlink" if platform is not None:
                if await self._unlink(row, event, platform):
                    return "unlinked"
                await self._linking.refresh(row.account_id)
                return "refreshed"
            case "social", _:
                # what is linked is asked for, not taken from an event that may be late
                await self._linking.refresh(row.account_id)
                return "refreshed"
            case "scheduled", _:
                async with self._database.transaction(row.account_id) as session:
                    woken = await DeliveryRepository(session).wake_uncertain(str(event.get("refId")))
                return f"looking for {woken}"
            case _:
                return "ignored"

    async def _unlink(self, row: DueRow, event: dict[str, Any], platform: Platform) -> bool:
        details = event.get("details")
        said = details.get("message") if isinstance(details, dict) else None
        reason = f"it was unlinked at the posting provider{f' ({said})' if said else ''}"
        async with self._database.transaction(row.account_id) as session:
            service = ConnectionService(ConnectionRepository(session), self._clock)
            return await service.unlink(platform, reason, at=_happened_at(event))


def _happened_at(event: dict[str, Any]) -> datetime | None:
    return parse_time(event.get("timeStamp")) or parse_time(event.get("created"))


def webhook_loop(database: Database, processor: WebhookProcessor) -> DueLoop:
    return DueLoop(database, AYRSHARE_EVENTS, processor.run, concurrency=4, batch=4)
