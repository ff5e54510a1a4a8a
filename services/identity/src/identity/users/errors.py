from common.errors import ConflictError, ForbiddenError, NotFoundError


class EmailTakenError(ConflictError):
    code = "email_taken"
    title = "A user with this e-mail address already exists"


class UserNotFoundError(NotFoundError):
    code = "user_not_found"
    title = "User not found"


class OwnerOnlyError(ForbiddenError):
    code = "owner_only"
    title = "Only an owner may do this"
