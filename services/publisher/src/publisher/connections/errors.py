from common.errors import ConflictError, NotFoundError, UnavailableError


class ProfileInTheMakingError(UnavailableError):
    code = "provider_profile_in_the_making"
    title = "Your profile at the posting provider is being made"


class NothingLinkedError(ConflictError):
    code = "nothing_linked"
    title = "No social account is linked yet"


class NotLinkedNowError(ConflictError):
    code = "not_linked_now"
    title = "This is not the account that is linked at the moment"


class ConnectionNotFoundError(NotFoundError):
    code = "connection_not_found"
    title = "This platform is not connected"


class ProfileNotFoundError(NotFoundError):
    code = "publishing_profile_not_found"
    title = "No Page and no account have been verified yet"
