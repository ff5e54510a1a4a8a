from common.errors import ConflictError, UnavailableError

from billing.plans.errors import UnknownPriceError


class NoSubscriptionError(ConflictError):
    code = "no_subscription"
    title = "The account has no subscription"


class SubscriptionNotChangeableError(ConflictError):
    code = "subscription_not_changeable"
    title = "The subscription can't be changed in its current status"


class StillChangingError(UnavailableError):
    code = "subscription_still_changing"
    title = "The subscription is being changed by another request"


class TwoSubscriptionsError(ConflictError):
    code = "two_subscriptions"
    title = "The account pays for two subscriptions"


class SubscriptionOfAnotherError(ConflictError):
    code = "subscription_of_another"
    title = "The subscription belongs to another account"


RECONCILIATION_ERRORS = (UnknownPriceError, SubscriptionOfAnotherError, TwoSubscriptionsError, StillChangingError)
"""What a request that applies Stripe's answer may answer with, besides Stripe's own errors."""
