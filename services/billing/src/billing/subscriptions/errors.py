from common.errors import AppError, ConflictError, UnavailableError

from billing.plans.errors import UnknownPriceError


class NoSubscriptionError(ConflictError):
    code = "no_subscription"
    title = "The account has no subscription"


class SubscriptionNotChangeableError(ConflictError):
    code = "subscription_not_changeable"
    title = "Subscription cannot be changed in its current status"


class StillChangingError(UnavailableError):
    code = "subscription_still_changing"
    title = "Subscription is being changed"


class SubscriptionOfAnotherError(ConflictError):
    code = "subscription_of_another"
    title = "Stripe's subscription is assigned to another account; contact support"


RECONCILIATION_ERRORS: tuple[type[AppError], ...] = (
    StillChangingError,
    SubscriptionOfAnotherError,
    UnknownPriceError,
)
"""What `SubscriptionReconciler.reconcile` raises besides a failed call to Stripe."""
