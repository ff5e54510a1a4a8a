from common.errors import ConflictError


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "The account has a subscription"
