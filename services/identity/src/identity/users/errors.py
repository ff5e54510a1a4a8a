from common.errors import ConflictError, ForbiddenError, NotFoundError


class EmailTakenError(ConflictError):
    code = "email_taken"
    title = "E-mail address already in use"


class UserNotFoundError(NotFoundError):
    code = "user_not_found"
    title = "User not found"


class OwnerOnlyError(ForbiddenError):
    code = "owner_only"
    title = "Only an owner may change an owner or grant the role OWNER"
