from common.errors import ConflictError

__all__ = ["AlreadySubscribedError"]


class AlreadySubscribedError(ConflictError):
    code = "already_subscribed"
    title = "The account has a subscription"
