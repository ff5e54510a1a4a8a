from common.errors import ConflictError


class AccountNotReadyError(ConflictError):
    code = "account_not_ready"
    title = "The new account is not ready for scheduling yet; try again in a few seconds"
