from common.errors import ConflictError


class AccountNotReadyError(ConflictError):
    code = "account_not_ready"
    title = "The account's time zone has not arrived yet"
