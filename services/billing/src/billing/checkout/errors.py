from common.errors import ConflictError, InvalidError


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "The account already has a subscription"


class RedirectNotAllowedError(InvalidError):
    code = "redirect_not_allowed"
    title = "The redirect address is not allowed"
