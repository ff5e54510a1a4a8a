from datetime import UTC, datetime
from typing import Any

from common.clock import Clock
from common.ids import new_id

from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.schemas import ReceivedEvent
from billing.webhooks.subject import HANDLED


class StripeEventService:
    def __init__(self, events: StripeEventRepository, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    async def store(self, event: ReceivedEvent, payload: dict[str, Any]) -> bool:
        """Keep a verified event as it came, to be processed later. False: it was kept before."""
        now = self._clock.now()
        return await self._events.add(
            id=new_id(),
            event_id=event.id,
            type=event.type,
            api_version=event.api_version,
            created=datetime.fromtimestamp(event.created, UTC),
            payload=payload,
            received_at=now,
            processed_at=None if event.type in HANDLED else now,
        )
