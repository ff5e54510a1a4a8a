"""Stripe's errors (docs.stripe.com/api/errors) as problems that a caller can act on, and an invalid signature."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

import stripe
import structlog
from common.errors import AppError, BadRequestError
from common.provider_calls import provider_call

_log = structlog.get_logger(__name__)
_SERVER_ERROR = 500
_CONFLICT = 409
"""Another request with the same idempotency key is in progress, or the object is locked."""


class SignatureInvalidError(BadRequestError):
    code = "signature_invalid"
    title = "Invalid Stripe signature"


class StripeCallError(AppError):
    """A call to Stripe failed."""

    key_is_spent: ClassVar[bool] = False
    """Stripe replays its first answer to an idempotency key for a day, errors included: a retry needs another key.
    https://docs.stripe.com/api/idempotent_requests"""

    stripe_code: str | None = None
    param: str | None = None


class CardDeclinedError(StripeCallError):
    code = "card_declined"
    status = 402
    title = "The card was declined"
    key_is_spent = True


class StripeRefusedError(StripeCallError):
    code = "payment_provider_refused"
    status = 502
    title = "Payment provider refused the request"
    key_is_spent = True


class StripeFailedError(StripeCallError):
    code = "payment_provider_failed"
    status = 502
    title = "Stripe, the payment provider, returned an error"
    key_is_spent = True


class StripeMisconfiguredError(StripeCallError):
    code = "payment_provider_misconfigured"
    status = 502
    title = "Payments are not available"


class StripeBusyError(StripeCallError):
    code = "payment_provider_busy"
    status = 503
    title = "Stripe is busy; try again in a few seconds"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class StripeUnreachableError(StripeCallError):
    code = "payment_provider_unreachable"
    status = 503
    title = "Stripe is unreachable; try again in a few seconds"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


CALL_ERRORS: tuple[type[StripeCallError], ...] = (
    StripeRefusedError,
    StripeFailedError,
    StripeMisconfiguredError,
    StripeBusyError,
    StripeUnreachableError,
)
"""The errors of any call. `CardDeclinedError` is only raised by calls that may charge a card."""


@contextmanager
def translated(call: str) -> Iterator[None]:
    """Translate the errors of Stripe's SDK into a StripeCallError. ``call`` names the call in the log and the trace."""
    try:
        with provider_call("Stripe", call, _status_of):
            yield
    except stripe.StripeError as error:
        translated_error = _translate(error)
        translated_error.stripe_code, translated_error.param = error.code, getattr(error, "param", None)
        if not isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
            # Stripe's message about a key contains a part of it
            translated_error.add_note(f"Stripe: {error.user_message}")
        _log.warning(
            "stripe_call_failed",
            call=call,
            problem=translated_error.code,
            status=error.http_status,
            code=error.code,
            param=translated_error.param,
            request=error.request_id,
        )
        raise translated_error from error


def _status_of(error: Exception) -> int | None:
    return error.http_status if isinstance(error, stripe.StripeError) else None


def _translate(error: stripe.StripeError) -> StripeCallError:
    if error.http_status == _CONFLICT:
        return StripeBusyError("The same request is already in progress. Try again in a few seconds.")
    for sdk_error, own_error, detail in _TRANSLATIONS:
        if isinstance(error, sdk_error):
            # only what Stripe says about a card is written for the person who pays
            return own_error(detail.format(message=error.user_message or "The card was declined."))
    return _failed(error.http_status or 0)


_CONTACT_SUPPORT = "Try again. If it happens again, contact support."
_LATER = "Nothing was charged. Try again later, or contact support."
_TRANSLATIONS: tuple[tuple[type[stripe.StripeError], type[StripeCallError], str], ...] = (
    (stripe.CardError, CardDeclinedError, "{message} Use another card."),
    (stripe.InvalidRequestError, StripeRefusedError, _CONTACT_SUPPORT),
    (stripe.IdempotencyError, StripeRefusedError, _CONTACT_SUPPORT),
    (stripe.AuthenticationError, StripeMisconfiguredError, _LATER),
    (stripe.PermissionError, StripeMisconfiguredError, _LATER),
    (stripe.RateLimitError, StripeBusyError, "Try again in a few seconds."),
    (stripe.APIConnectionError, StripeUnreachableError, "Try again; a completed step is not repeated."),
)


def _failed(status: int) -> StripeFailedError:
    error = StripeFailedError(_CONTACT_SUPPORT)
    if status < _SERVER_ERROR:
        # the call behind an unreadable answer may have succeeded: repeating it with the same key returns its result
        vars(error)["key_is_spent"] = False
    return error
