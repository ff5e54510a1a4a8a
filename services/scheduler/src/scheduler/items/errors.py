from common.errors import ConflictError, InvalidError, NotFoundError


class ItemNotFoundError(NotFoundError):
    code = "schedule_item_not_found"
    title = "There is no such schedule item"


class AlreadyHandedOverError(ConflictError):
    code = "already_handed_over"
    title = "Too late: the post is on its way"


class ItemFinishedError(ConflictError):
    code = "item_finished"
    title = "The post has come to its end"


class ItemParkedError(ConflictError):
    code = "item_parked"
    title = "The post is parked"


class SlotTakenError(ConflictError):
    code = "slot_taken"
    title = "Another post goes out then"


class TimeInPastError(InvalidError):
    code = "time_not_in_future"
    title = "The time is not in the future"


class TimeTooFarError(InvalidError):
    code = "time_too_far"
    title = "The time is too far away"


class ItemHeldError(ConflictError):
    """Something forbids that the post goes out; ``code`` says what."""

    code = "item_held"
    title = "The post may not go out"


class ItemAnsweredError(ConflictError):
    code = "item_not_unanswered"
    title = "The post does not wait for your answer"


class ItemUnknownError(LookupError):
    """Another service speaks of an item that this account does not have: the event goes to the dead letters."""
