from common.errors import BadRequestError, NotFoundError


class EventUnreadableError(BadRequestError):
    code = "event_unreadable"
    title = "Not a Stripe event"


class OtherModeError(BadRequestError):
    code = "event_of_other_mode"
    title = "The event is from Stripe's other mode (test or live)"


class UnknownCustomerError(NotFoundError):
    code = "customer_unknown"
    title = "The event belongs to no account"
