from datetime import timedelta

from common.errors import AppError

from billing.clients.stripe.errors import (
    StripeBusyError,
    StripeFailedError,
    StripeMisconfiguredError,
    StripeUnreachableError,
)
from billing.subscriptions.errors import StillChangingError, SubscriptionOfAnotherError
from billing.webhooks.errors import OtherModeError, UnknownCustomerError

_MAX_DELAY = timedelta(hours=6)

# No retry changes these: the event belongs to another account, another product or another mode of Stripe.
_HOPELESS = (UnknownCustomerError, SubscriptionOfAnotherError, OtherModeError)
# These say nothing about the event: Stripe answers again at some time, and requests finish.
_TEMPORARY = (
    StripeBusyError,
    StripeFailedError,
    StripeMisconfiguredError,
    StripeUnreachableError,
    StillChangingError,
)

MOST_ATTEMPTS = 18
"""Attempts at an event that needs an operator, such as one with an unknown price: about a day."""


def retry_delay(attempts: int) -> timedelta:
    """Return the delay after an event's ``attempts``-th failure: 1 s, doubling, at most 6 hours."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), _MAX_DELAY)


def is_set_aside(error: Exception, attempts: int, *, transient: bool) -> bool:
    """Return whether an event that failed for the ``attempts``-th time waits for an operator from now on.

    ``transient``: the error comes from the database and not from the event.
    """
    if isinstance(error, _HOPELESS):
        return True
    return attempts >= MOST_ATTEMPTS and not transient and not isinstance(error, _TEMPORARY)


def reason_of(error: Exception) -> str:
    """Return what an operator sees beside the event: the error, with notes that are not for customers."""
    text = str(error) if isinstance(error, AppError) else repr(error)
    return "; ".join([text, *getattr(error, "__notes__", [])])
