from collections.abc import Mapping
from typing import Any

import structlog
from common.clock import Clock
from common.database import set_account
from prometheus_client import Counter

from publisher.webhooks.repository import AyrshareEventRepository
from publisher.webhooks.rules import event_id, parse

log = structlog.get_logger(__name__)

RECEIVED = Counter("pulseworks_ayrshare_webhooks", "Ayrshare's webhooks by their result.", ["result"])
PROCESSED = Counter(
    "pulseworks_ayrshare_webhooks_processed",
    "Stored webhooks by their end: processed, given_up (it failed at every attempt), unmatched (of no known profile).",
    ["outcome"],
)


class WebhookService:
    def __init__(self, events: AyrshareEventRepository, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def receive(self, body: bytes, delivery_id: str | None) -> None:
        """Store a signed webhook once. It is processed later, independent of Ayrshare's retries."""
        event = parse(body)
        ref_id, action, now = event.get("refId"), str(event.get("action", "")), self._clock.now()
        if not isinstance(ref_id, str):
            # our primary profile, which posts nothing
            log.info("webhook_without_profile", action=action)
            RECEIVED.labels("without_profile").inc()
            return
        known_as = event_id(event, delivery_id, body)
        account_id = await self._events.account_of(ref_id)
        if account_id is None:
            # of another deployment, or of a profile that is being created; a refusal would only make Ayrshare retry it
            kept = await self._events.keep_unmatched(ref_id, known_as, action, body, now)
            RECEIVED.labels("unmatched" if kept else "repeated").inc()
            return
        await set_account(self._events.session, account_id)
        stored = await self._events.add(account_id, known_as, action, body, now)
        RECEIVED.labels("stored" if stored else "repeated").inc()

    async def match(self, kept: Mapping[str, Any]) -> bool:
        """Store an event that was kept for the account of its profile. False: the profile is not known yet."""
        account_id = await self._events.account_of(kept["ref_id"])
        if account_id is None:
            return False
        await set_account(self._events.session, account_id)
        await self._events.add(account_id, kept["event_id"], kept["action"], kept["body"], kept["received_at"])
        return True
