from common.errors import ConflictError, InvalidError, NotFoundError


class ItemNotFoundError(NotFoundError):
    code = "schedule_item_not_found"
    title = "Schedule item not found"


class AlreadyHandedOverError(ConflictError):
    code = "already_handed_over"
    title = "Too late: post is already being published"


class ItemFinishedError(ConflictError):
    code = "item_finished"
    title = "Post is already final"


class ItemParkedError(ConflictError):
    code = "item_parked"
    title = "Post is parked"


class SlotTakenError(ConflictError):
    code = "slot_taken"
    title = "Time already taken"


class TimeInPastError(InvalidError):
    code = "time_not_in_future"
    title = "Time is not in the future"


class TimeTooFarError(InvalidError):
    code = "time_too_far"
    title = "Time is too far ahead"


class ContentNotApprovedError(ConflictError):
    code = "content_not_approved"
    title = "Post cannot be published now"


class ItemAnsweredError(ConflictError):
    code = "item_not_unanswered"
    title = "Post does not need to be resolved"


class ItemUnknownError(LookupError):
    """An event names an item that this account does not have. The event is dead-lettered."""
