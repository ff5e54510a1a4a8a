from common.errors import ConflictError

__all__ = ["NoCustomerError"]


class NoCustomerError(ConflictError):
    code = "no_customer"
    title = "There is nothing to manage yet"
