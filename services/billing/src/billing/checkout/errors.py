from common.errors import ConflictError, InvalidError


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "The account already has a subscription"


class CheckoutClosedError(ConflictError):
    code = "checkout_closed"
    title = "The checkout is no longer open"


class RedirectNotAllowedError(InvalidError):
    code = "redirect_not_allowed"
    title = "Return URL not allowed"
