from common.errors import ConflictError, NotFoundError


class DeliveryNotFoundError(NotFoundError):
    code = "delivery_not_found"
    title = "There is no such delivery"


class DeliveryNotUnknownError(ConflictError):
    code = "delivery_not_unknown"
    title = "The outcome of this delivery is not unknown"


class DeliveryBusyError(ConflictError):
    code = "delivery_busy"
    title = "This delivery is being looked for right now"


class ForeignItemError(Exception):
    """A schedule item came due whose delivery belongs to another account: the event goes to the dead letters."""


class DueAgainError(Exception):
    """Among items that came due together is one that has a delivery already."""
