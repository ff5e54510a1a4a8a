from common.errors import ConflictError, InvalidError, NotFoundError


class ItemNotFoundError(NotFoundError):
    code = "schedule_item_not_found"
    title = "Schedule item not found"


class AlreadyHandedOverError(ConflictError):
    code = "already_handed_over"
    title = "The post is already being published"


class ItemFinishedError(ConflictError):
    code = "item_finished"
    title = "The schedule item can no longer be changed"


class ItemParkedError(ConflictError):
    code = "item_parked"
    title = "The schedule item is held back"


class SlotTakenError(ConflictError):
    code = "slot_taken"
    title = "Another post has this time"


class TimeInPastError(InvalidError):
    code = "time_not_in_future"
    title = "The time is not in the future"


class TimeTooFarError(InvalidError):
    code = "time_too_far"
    title = "The time is more than 400 days ahead"


class ContentNotApprovedError(ConflictError):
    code = "content_not_approved"
    title = "The post is not approved"


class ItemAnsweredError(ConflictError):
    code = "item_not_unanswered"
    title = "The outcome is known already, or the delivery of the item has to be resolved instead"


class ItemUnknownError(LookupError):
    """An event names an item that this account does not have. The event is dead-lettered."""
