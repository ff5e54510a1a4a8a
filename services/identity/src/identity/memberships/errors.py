from common.errors import ConflictError


class LastOwnerError(ConflictError):
    code = "last_owner"
    title = "Last owner cannot be removed"
