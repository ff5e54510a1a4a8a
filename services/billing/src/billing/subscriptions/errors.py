from common.errors import AppError, ConflictError, UnavailableError

from billing.plans.errors import UnknownPriceError


class NoSubscriptionError(ConflictError):
    code = "no_subscription"
    title = "The account has no subscription"


class SubscriptionNotChangeableError(ConflictError):
    code = "subscription_not_changeable"
    title = "The subscription can't be changed in its current status"


class StillChangingError(UnavailableError):
    code = "subscription_still_changing"
    title = "Another change of the subscription is in progress; try again in a few seconds"


class SubscriptionOfAnotherError(ConflictError):
    code = "subscription_of_another"
    title = "The subscription at Stripe belongs to another account; contact support"


RECONCILIATION_ERRORS: tuple[type[AppError], ...] = (
    StillChangingError,
    SubscriptionOfAnotherError,
    UnknownPriceError,
)
"""What `SubscriptionReconciler.reconcile` raises besides a failed call to Stripe."""
