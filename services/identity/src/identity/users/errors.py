from common.errors import ConflictError, ForbiddenError, NotFoundError


class EmailTakenError(ConflictError):
    code = "email_taken"
    title = "There is a user with this e-mail address"


class UserNotFoundError(NotFoundError):
    code = "user_not_found"
    title = "There is no such user"


class OwnerOnlyError(ForbiddenError):
    code = "owner_only"
    title = "Only an owner may do this"


class LastOwnerError(ConflictError):
    code = "last_owner"
    title = "The account needs an owner"
