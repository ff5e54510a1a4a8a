from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.ids import new_id

from billing.clients.stripe.events import HANDLED_TYPES, EventSubject
from billing.subscriptions.repository import SubscriptionRepository
from billing.webhooks.errors import UnknownCustomerError
from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.schemas import ReceivedEvent


class StripeEventService:
    def __init__(self, events: StripeEventRepository, subscriptions: SubscriptionRepository, clock: Clock) -> None:
        self._events = events
        self._subscriptions = subscriptions
        self._clock = clock

    async def store(self, event: ReceivedEvent, payload: dict[str, Any]) -> bool:
        """Store a verified event unchanged, for processing by the due loop. Returns False for a duplicate."""
        now = self._clock.now()
        return await self._events.add(
            id=new_id(),
            event_id=event.id,
            type=event.type,
            api_version=event.api_version,
            created=datetime.fromtimestamp(event.created, UTC),
            payload=payload,
            received_at=now,
            processed_at=None if event.type in HANDLED_TYPES else now,
        )

    async def account_of(self, subject: EventSubject) -> UUID:
        """Return the account that an event belongs to. Raises UnknownCustomerError."""
        account_id: UUID | None = None
        if subject.customer_id is not None:
            account_id = await self._subscriptions.account_of_customer(subject.customer_id)
        if account_id is None and subject.subscription_id is not None:
            account_id = await self._subscriptions.account_of_subscription(subject.subscription_id)
        if account_id is None and subject.checkout_id is not None:
            account_id = await self._subscriptions.account_of_checkout(subject.checkout_id)
        if account_id is None:
            raise UnknownCustomerError(f"No account has the customer {subject.customer_id}.")
        return account_id
