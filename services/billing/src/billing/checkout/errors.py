from common.errors import ConflictError, InvalidError


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "The account already has a subscription"


class CheckoutClosedError(ConflictError):
    code = "checkout_closed"
    title = "Another checkout, started at the same time or later, has replaced this one"


class RedirectNotAllowedError(InvalidError):
    code = "redirect_not_allowed"
    title = "Return URL not allowed"
