from common.errors import ConflictError


class NoCustomerError(ConflictError):
    code = "no_customer"
    title = "No subscription to manage"
