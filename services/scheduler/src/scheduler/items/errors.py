from common.errors import ConflictError, InvalidError, NotFoundError


class ItemNotFoundError(NotFoundError):
    code = "schedule_item_not_found"
    title = "Schedule item not found"


class AlreadyHandedOverError(ConflictError):
    code = "already_handed_over"
    title = "Too late: the post is on its way"


class ItemFinishedError(ConflictError):
    code = "item_finished"
    title = "Post is already final"


class ItemParkedError(ConflictError):
    code = "item_parked"
    title = "Post is parked"


class SlotTakenError(ConflictError):
    code = "slot_taken"
    title = "Another post goes out at this time"


class TimeInPastError(InvalidError):
    code = "time_not_in_future"
    title = "The time is not in the future"


class TimeTooFarError(InvalidError):
    code = "time_too_far"
    title = "The time is too far ahead"


class ContentNotApprovedError(ConflictError):
    code = "content_not_approved"
    title = "The post may not go out"


class ItemAnsweredError(ConflictError):
    code = "item_not_unanswered"
    title = "The post needs no resolution"


class ItemUnknownError(LookupError):
    """An event names an item that this account does not have. The event is dead-lettered."""
