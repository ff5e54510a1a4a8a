import hashlib
import json
from typing import Any

import structlog
from common.clock import Clock
from common.database import set_account
from prometheus_client import Counter

from publisher.webhooks.errors import WebhookMalformedError
from publisher.webhooks.repository import AyrshareEventRepository

log = structlog.get_logger(__name__)

RECEIVED = Counter("pulseworks_ayrshare_webhooks", "Webhooks of Ayrshare by what became of them.", ["result"])


class WebhookService:
    def __init__(self, events: AyrshareEventRepository, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def receive(self, body: bytes, delivery_id: str | None) -> None:
        """Store a signed webhook once. It is processed afterwards, whatever Ayrshare does meanwhile."""
        event = parse(body)
        ref_id = event.get("refId")
        account_id = await self._events.account_of(ref_id) if isinstance(ref_id, str) else None
        if account_id is None:
            # another deployment's customer, or our primary profile; a refusal would only make Ayrshare repeat it
            log.info("webhook_of_nobody", action=str(event.get("action")), ref_id=str(ref_id))
            RECEIVED.labels("unmatched").inc()
            return
        await set_account(self._events.session, account_id)
        kept = await self._events.keep(
            account_id, event_id(event, delivery_id, body), str(event.get("action", "")), body, self._clock.now()
        )
        RECEIVED.labels("stored" if kept else "repeated").inc()


def parse(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        raise WebhookMalformedError("Send a JSON object.") from None
    if not isinstance(event, dict):
        raise WebhookMalformedError("Send a JSON object.")
    return event


def event_id(event: dict[str, Any], delivery_id: str | None, body: bytes) -> str:
    """Return what a repeated delivery has in common: the hook id, else the delivery's, else the hash of the body."""
    hook_id = event.get("hookId")
    if isinstance(hook_id, str) and hook_id:
        return f"hook:{hook_id}"[:200]
    if delivery_id:
        return f"delivery:{delivery_id}"[:200]
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
