"""Stripe, as far as billing needs it: a handful of calls with answers and errors of our own."""

from billing.clients.stripe.answers import CheckoutSession, StripeSubscription, SubscriptionItem, id_of, reference
from billing.clients.stripe.client import ItemChange, StripeApi
from billing.clients.stripe.errors import (
    CardDeclinedError,
    StripeBusyError,
    StripeCallError,
    StripeFailedError,
    StripeMisconfiguredError,
    StripeRefusedError,
    StripeUnreachableError,
)

__all__ = [
    "CardDeclinedError",
    "CheckoutSession",
    "ItemChange",
    "StripeApi",
    "StripeBusyError",
    "StripeCallError",
    "StripeFailedError",
    "StripeMisconfiguredError",
    "StripeRefusedError",
    "StripeSubscription",
    "StripeUnreachableError",
    "SubscriptionItem",
    "id_of",
    "reference",
]
