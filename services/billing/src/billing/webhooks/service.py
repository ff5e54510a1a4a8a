from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.ids import new_id

from billing.clients.stripe.events import HANDLED_TYPES, EventSubject
from billing.subscriptions.repository import SubscriptionRepository
from billing.webhooks.errors import OtherModeError, UnknownCustomerError
from billing.webhooks.repository import StripeEventRepository
from billing.webhooks.schemas import ReceivedEvent


class StripeEventService:
    """``livemode``: the mode of our API key at Stripe; None if it is not known."""

    def __init__(
        self, events: StripeEventRepository, subscriptions: SubscriptionRepository, clock: Clock, livemode: bool | None
    ) -> None:
        self._events = events
        self._subscriptions = subscriptions
        self._clock = clock
        self._livemode = livemode

    def require_own_mode(self, livemode: bool | None) -> None:
        """Raise OtherModeError for an event of the mode that our API key can't read."""
        if None not in (livemode, self._livemode) and livemode != self._livemode:
            modes = {True: "live", False: "test"}
            raise OtherModeError(
                f"The event is of Stripe's {modes[bool(livemode)]} mode, and STRIPE_API_KEY of its "
                f"{modes[bool(self._livemode)]} mode. Use the key and the endpoint's secret of one mode."
            )

    async def receive(self, event: ReceivedEvent, payload: dict[str, Any]) -> tuple[bool, OtherModeError | None]:
        """Store a verified event unchanged, for the due loop. One of the other mode is set aside and is to be refused.

        Returns whether it is new, and why it is to be refused.
        """
        refusal: OtherModeError | None = None
        try:
            self.require_own_mode(event.livemode)
        except OtherModeError as error:
            refusal = error
        is_handled = event.type in HANDLED_TYPES
        now = self._clock.now()
        stored = await self._events.add(
            due=is_handled and refusal is None,
            id=new_id(),
            event_id=event.id,
            type=event.type,
            api_version=event.api_version,
            created=datetime.fromtimestamp(event.created, UTC),
            payload=payload,
            received_at=now,
            processed_at=None if is_handled else now,
            set_aside_at=now if is_handled and refusal is not None else None,
            error=None if refusal is None else str(refusal),
        )
        return stored, refusal

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
