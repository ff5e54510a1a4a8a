from common.errors import ConflictError


class LastOwnerError(ConflictError):
    code = "last_owner"
    title = "The account must keep an owner"
