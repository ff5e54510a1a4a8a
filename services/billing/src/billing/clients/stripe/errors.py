"""Stripe's errors (docs.stripe.com/api/errors) as problems that a caller can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

import stripe
import structlog
from common.errors import AppError
from common.tracing import call_span

_log = structlog.get_logger(__name__)
_SERVER_ERROR = 500
_CONFLICT = 409
"""Another request with the same idempotency key is under way (or a lock on the object is held)."""


class StripeCallError(AppError):
    """A call to Stripe that brought nothing."""

    key_is_spent: ClassVar[bool] = False
    """Stripe repeats its first answer to an idempotency key for a day, errors too: another try needs another key.
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
    title = "Stripe refused the request"
    key_is_spent = True


class StripeFailedError(StripeCallError):
    code = "payment_provider_failed"
    status = 502
    title = "Stripe failed"
    key_is_spent = True


class StripeMisconfiguredError(StripeCallError):
    code = "payment_provider_misconfigured"
    status = 502
    title = "Stripe does not accept our key"


class StripeBusyError(StripeCallError):
    code = "payment_provider_busy"
    status = 503
    title = "Stripe asks us to slow down"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


class StripeUnreachableError(StripeCallError):
    code = "payment_provider_unreachable"
    status = 503
    title = "Stripe does not answer"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}


@contextmanager
def translated(call: str) -> Iterator[None]:
    """Raise what Stripe's SDK raises as a StripeCallError. ``call`` names the call in the log and the trace."""
    try:
        with call_span("Stripe", call):
            yield
    except stripe.StripeError as error:
        known = _translate(error)
        known.stripe_code, known.param = error.code, getattr(error, "param", None)
        _log.warning(
            "stripe_call_failed",
            call=call,
            problem=known.code,
            status=error.http_status,
            code=error.code,
            request=error.request_id,
        )
        raise known from error


def _translate(error: stripe.StripeError) -> StripeCallError:
    if error.http_status == _CONFLICT:
        return StripeBusyError("The same request is under way already. Try again in some seconds.")
    for kind, make, detail in _KNOWN:
        if isinstance(error, kind):
            return make(detail.format(message=error.user_message or "No reason was given."))
    return _failed(error.http_status or 0)


_KNOWN: tuple[tuple[type[stripe.StripeError], type[StripeCallError], str], ...] = (
    (stripe.CardError, CardDeclinedError, "{message} Use another card."),
    (stripe.InvalidRequestError, StripeRefusedError, "{message}"),
    (stripe.IdempotencyError, StripeRefusedError, "{message}"),
    # Stripe's message repeats a part of the key
    (stripe.AuthenticationError, StripeMisconfiguredError, "This has to be mended by whoever runs PulseWorks."),
    (stripe.PermissionError, StripeMisconfiguredError, "This has to be mended by whoever runs PulseWorks."),
    (stripe.RateLimitError, StripeBusyError, "Try again in some seconds."),
    (stripe.APIConnectionError, StripeUnreachableError, "Try again: what was done already is not done twice."),
)


def _failed(status: int) -> StripeFailedError:
    error = StripeFailedError("Try again. If it stays so, see status.stripe.com.")
    if status < _SERVER_ERROR:
        # an answer that can't be read may be of a call that succeeded: the same key finds what it made
        vars(error)["key_is_spent"] = False
    return error
