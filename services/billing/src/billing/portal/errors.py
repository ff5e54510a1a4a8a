from common.errors import ConflictError


class NoCustomerError(ConflictError):
    code = "no_customer"
    title = "The account has no billing to manage yet"
