from common.errors import ConflictError


class LastOwnerError(ConflictError):
    code = "last_owner"
    title = "The account needs at least one owner"
