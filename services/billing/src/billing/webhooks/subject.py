"""Whom and what an event is about. Of an event's content only ids are believed; the rest is asked for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.clients.stripe import id_of, reference

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

HANDLED = _CHECKOUT | _SUBSCRIPTION | _INVOICE
"""Types that can change something here. Others are kept, and that is all."""


@dataclass(frozen=True)
class Subject:
    customer_id: str | None
    subscription_id: str | None
    session_id: str | None = None
    checkout_id: UUID | None = None


def subject_of(kind: str, item: dict[str, Any]) -> Subject:
    """Return what an event of this type, with this `data.object`, is about.

    Endpoints of older API versions send an invoice's `subscription` where newer ones send
    `parent.subscription_details.subscription`; both are read.
    """
    customer_id = id_of(item.get("customer"))
    if kind in _CHECKOUT:
        return Subject(
            customer_id, id_of(item.get("subscription")), id_of(item), reference(item.get("client_reference_id"))
        )
    if kind in _SUBSCRIPTION:
        return Subject(customer_id, id_of(item), checkout_id=_checkout_of(item))
    details = (item.get("parent") or {}).get("subscription_details") or {}
    return Subject(customer_id, id_of(details.get("subscription")) or id_of(item.get("subscription")))


def _checkout_of(item: dict[str, Any]) -> UUID | None:
    return reference((item.get("metadata") or {}).get("checkout_id"))
