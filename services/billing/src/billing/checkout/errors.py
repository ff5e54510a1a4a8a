from common.errors import ConflictError, InvalidError


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "Account already subscribed"


class CheckoutClosedError(ConflictError):
    code = "checkout_closed"
    title = "Checkout no longer open"


class RedirectNotAllowedError(InvalidError):
    code = "redirect_not_allowed"
    title = "Return URL not allowed"
