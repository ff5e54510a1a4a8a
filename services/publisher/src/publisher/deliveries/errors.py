from common.errors import ConflictError, NotFoundError


class DeliveryNotFoundError(NotFoundError):
    code = "delivery_not_found"
    title = "Delivery not found"


class DeliveryNotUnknownError(ConflictError):
    code = "delivery_not_unknown"
    title = "The outcome is already known"


class DeliveryBusyError(ConflictError):
    code = "delivery_busy"
    title = "The outcome is being looked up; try again in a few seconds"


class ForeignItemError(Exception):
    """A schedule item came due whose delivery belongs to another account: the event becomes a dead letter."""


class DueAgainError(Exception):
    """A batch of due items contains one that already has a delivery."""
