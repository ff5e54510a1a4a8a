from common.errors import ConflictError, ForbiddenError, NotFoundError


class EmailTakenError(ConflictError):
    code = "email_taken"
    title = "E-mail address already in use"


class UserNotFoundError(NotFoundError):
    code = "user_not_found"
    title = "User not found"


class OwnerOnlyError(ForbiddenError):
    code = "owner_only"
    title = "Only an owner may do this with an owner, or with the role OWNER"
