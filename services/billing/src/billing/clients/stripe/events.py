"""The objects that a Stripe event refers to. Only ids are taken from an event; their data is fetched from Stripe."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.clients.stripe.objects import checkout_id_from, id_of

_CHECKOUT = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)
_SUBSCRIPTION = frozenset(
    {
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
    }
)
_INVOICE = frozenset({"invoice.paid", "invoice.payment_failed", "invoice.payment_action_required"})

HANDLED_TYPES = _CHECKOUT | _SUBSCRIPTION | _INVOICE
"""Types that can change something in billing. Other types are stored and not processed."""


@dataclass(frozen=True)
class EventSubject:
    customer_id: str | None
    subscription_id: str | None
    session_id: str | None = None
    checkout_id: UUID | None = None


def subject_of(event_type: str, item: dict[str, Any]) -> EventSubject:
    """Return the ids in an event of this type with this `data.object`.

    Older API versions send an invoice's `subscription`, newer ones `parent.subscription_details.subscription`; both
    are read.
    """
    customer_id = id_of(item.get("customer"))
    if event_type in _CHECKOUT:
        return EventSubject(
            customer_id, id_of(item.get("subscription")), id_of(item), checkout_id_from(item.get("client_reference_id"))
        )
    if event_type in _SUBSCRIPTION:
        return EventSubject(customer_id, id_of(item), checkout_id=_checkout_id(item))
    details = (item.get("parent") or {}).get("subscription_details") or {}
    return EventSubject(customer_id, id_of(details.get("subscription")) or id_of(item.get("subscription")))


def _checkout_id(item: dict[str, Any]) -> UUID | None:
    return checkout_id_from((item.get("metadata") or {}).get("checkout_id"))
