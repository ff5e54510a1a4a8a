from common.errors import BadRequestError, NotFoundError


class EventUnreadableError(BadRequestError):
    code = "event_unreadable"
    title = "Not a Stripe event"


class UnknownCustomerError(NotFoundError):
    code = "customer_unknown"
    title = "The event belongs to no account"
