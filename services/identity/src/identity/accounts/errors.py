from common.errors import NotFoundError


class AccountNotFoundError(NotFoundError):
    title = "Account not found"
