from common.errors import NotFoundError


class FurtherSubscriptionNotFoundError(NotFoundError):
    code = "further_subscription_not_found"
    title = "Further subscription not found"
