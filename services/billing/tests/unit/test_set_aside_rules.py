from datetime import timedelta

import pytest
from billing.clients.stripe.errors import (
    CALL_ERRORS,
    StripeBusyError,
    StripeFailedError,
    StripeMisconfiguredError,
    StripeRefusedError,
    StripeUnreachableError,
)
from billing.plans.errors import UnknownPriceError
from billing.subscriptions.errors import RECONCILIATION_ERRORS, StillChangingError, SubscriptionOfAnotherError
from billing.webhooks.errors import OtherModeError, UnknownCustomerError
from billing.webhooks.rules import MOST_ATTEMPTS, is_set_aside, reason_of, retry_delay
from hypothesis import given
from hypothesis import strategies as st

HOPELESS = [UnknownCustomerError("x"), SubscriptionOfAnotherError("x"), OtherModeError("x")]
FOR_ITS_OWN_SAKE = [UnknownPriceError("x"), StripeRefusedError("x"), KeyError("data"), ValueError("unknown status")]
TEMPORARY = [
    StripeBusyError("x"),
    StripeFailedError("x"),
    StripeMisconfiguredError("x"),
    StripeUnreachableError("x"),
    StillChangingError("x"),
]


@pytest.mark.parametrize("error", HOPELESS, ids=repr)
def test_what_no_retry_can_help_is_set_aside_at_once(error: Exception) -> None:
    assert is_set_aside(error, 1, transient=False)


@pytest.mark.parametrize("error", FOR_ITS_OWN_SAKE, ids=repr)
def test_what_may_need_an_operator_is_retried_for_about_a_day(error: Exception) -> None:
    retried = [attempt for attempt in range(1, 1000) if not is_set_aside(error, attempt, transient=False)]
    assert retried == list(range(1, MOST_ATTEMPTS))
    total = sum((retry_delay(attempt) for attempt in retried), timedelta())
    assert timedelta(hours=18) < total < timedelta(hours=36)


@given(attempts=st.integers(min_value=1, max_value=10**6), error=st.sampled_from([*TEMPORARY, *FOR_ITS_OWN_SAKE]))
def test_an_outage_never_sets_an_event_aside(attempts: int, error: Exception) -> None:
    assert not is_set_aside(error, attempts, transient=error not in TEMPORARY)


def test_every_error_of_the_processing_has_its_place() -> None:
    placed = {type(error) for error in (*HOPELESS, *FOR_ITS_OWN_SAKE, *TEMPORARY)}
    assert {*CALL_ERRORS, *RECONCILIATION_ERRORS} <= placed


def test_an_operator_sees_what_a_customer_does_not() -> None:
    assert "PRICE_" in reason_of(UnknownPriceError("set PRICE_GROWTH"))
    assert "PRICE_" not in str(UnknownPriceError("set PRICE_GROWTH"))
