"""The parts of Stripe's objects that billing reads, in the API version that the SDK pins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe

FINAL_STATUSES = frozenset({"canceled", "incomplete_expired"})
"""A subscription never leaves these statuses at Stripe; only a new subscription can follow."""


@dataclass(frozen=True)
class CheckoutSession:
    id: str
    status: str
    """`open`, `complete` or `expired`."""
    url: str | None = None
    subscription_id: str | None = None
    checkout_id: UUID | None = None
    """Our checkout's id, from `client_reference_id`; None if the session was created elsewhere."""


@dataclass(frozen=True)
class SubscriptionItem:
    id: str
    price_id: str
    current_period_end: datetime


@dataclass(frozen=True)
class StripeSubscription:
    id: str
    customer_id: str
    status: str
    items: tuple[SubscriptionItem, ...]
    created: datetime
    cancel_at_period_end: bool
    cancel_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Whether it is in a status that it never leaves."""
        return self.status in FINAL_STATUSES

    @property
    def current_period_end(self) -> datetime | None:
        """The end of the paid period. Since API version 2025-03-31 each item has its own period."""
        return min((item.current_period_end for item in self.items), default=None)


def id_of(value: Any) -> str | None:
    """Return the id of a field that holds an id or the expanded object."""
    if isinstance(value, str):
        return value or None
    found = value.get("id") if isinstance(value, dict) else getattr(value, "id", None)
    return found if isinstance(found, str) else None


def checkout_session_from(session: stripe.checkout.Session) -> CheckoutSession:
    return CheckoutSession(
        id=session.id,
        status=session.status or "open",
        url=session.url,
        subscription_id=id_of(session.subscription),
        checkout_id=checkout_id_from(session.client_reference_id),
    )


def checkout_id_from(reference: Any) -> UUID | None:
    """Return the id of our checkout; None for any other reference."""
    try:
        return UUID(reference)
    except (ValueError, TypeError, AttributeError):
        return None


def subscription_from(answer: stripe.Subscription) -> StripeSubscription:
    return StripeSubscription(
        id=answer.id,
        customer_id=id_of(answer.customer) or "",
        status=answer.status,
        # `.items` is a method: Stripe's objects are mappings
        items=tuple(_item(item) for item in answer["items"].data),
        created=_time(answer.created),
        cancel_at_period_end=answer.cancel_at_period_end,
        cancel_at=None if answer.cancel_at is None else _time(answer.cancel_at),
    )


def _item(item: stripe.SubscriptionItem) -> SubscriptionItem:
    return SubscriptionItem(item.id, item.price.id, _time(item.current_period_end))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
