from common.errors import ConflictError


class AccountNotReadyError(ConflictError):
    code = "account_not_ready"
    title = "Account not ready yet"
