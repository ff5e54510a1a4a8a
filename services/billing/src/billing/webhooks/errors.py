from common.errors import BadRequestError, NotFoundError


class SignatureInvalidError(BadRequestError):
    code = "signature_invalid"
    title = "This does not come from Stripe"


class EventUnreadableError(BadRequestError):
    code = "event_unreadable"
    title = "This is not an event of Stripe's"


class UnknownCustomerError(NotFoundError):
    code = "customer_unknown"
    title = "The event belongs to no account"
