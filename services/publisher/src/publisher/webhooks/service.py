import structlog
from common.clock import Clock
from common.database import set_account
from prometheus_client import Counter

from publisher.webhooks.repository import AyrshareEventRepository
from publisher.webhooks.rules import event_id, parse

log = structlog.get_logger(__name__)

RECEIVED = Counter("pulseworks_ayrshare_webhooks", "Ayrshare's webhooks by their result.", ["result"])


class WebhookService:
    def __init__(self, events: AyrshareEventRepository, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def receive(self, body: bytes, delivery_id: str | None) -> None:
        """Store a signed webhook once. It is processed later, independent of Ayrshare's retries."""
        event = parse(body)
        ref_id = event.get("refId")
        account_id = await self._events.account_of(ref_id) if isinstance(ref_id, str) else None
        if account_id is None:
            # a customer of another deployment, or our primary profile; a refusal would only make Ayrshare retry it
            log.info("webhook_unmatched", action=str(event.get("action")), ref_id=str(ref_id))
            RECEIVED.labels("unmatched").inc()
            return
        await set_account(self._events.session, account_id)
        stored = await self._events.add(
            account_id, event_id(event, delivery_id, body), str(event.get("action", "")), body, self._clock.now()
        )
        RECEIVED.labels("stored" if stored else "repeated").inc()
