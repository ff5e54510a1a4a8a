from common.errors import ConflictError


class NoCustomerError(ConflictError):
    code = "no_customer"
    title = "There is nothing to manage yet"
