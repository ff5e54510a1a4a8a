from common.errors import ConflictError, NotFoundError, UnavailableError


class ProfileInTheMakingError(UnavailableError):
    code = "provider_profile_in_the_making"
    title = "The account's profile at the posting provider is being made; try again in a few seconds"

    def __init__(self, detail: str = "Another request is creating it. Try again shortly.") -> None:
        super().__init__(detail, retry_after=3)


class PostingNotIncludedError(ConflictError):
    code = "subscription_without_posting"
    title = "The subscription does not include posting"

    def __init__(
        self,
        detail: str = "To connect Facebook and Instagram, add posting to the subscription under Billing. If you have "
        "just done that, try again in a few seconds.",
    ) -> None:
        super().__init__(detail)


class NothingLinkedError(ConflictError):
    code = "nothing_linked"
    title = "No Facebook Page or Instagram account is connected yet"


class NotLinkedNowError(ConflictError):
    code = "not_linked_now"
    title = "This Page or account is not connected"


class ConnectionNotFoundError(NotFoundError):
    code = "connection_not_found"
    title = "This platform is not connected"


class ProfileNotFoundError(NotFoundError):
    code = "publishing_profile_not_found"
    title = "No Page or account has been verified yet"
