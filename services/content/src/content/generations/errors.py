from common.errors import AppError, ConflictError, NotFoundError


class GenerationNotFoundError(NotFoundError):
    code = "generation_not_found"
    title = "There is no such generation"


class GenerationRunningError(ConflictError):
    code = "generation_running"
    title = "This month is being generated already"


class NothingToRetryError(ConflictError):
    code = "nothing_to_retry"
    title = "No post of this generation has failed"


class MonthFullError(ConflictError):
    code = "month_full"
    title = "The month has all the posts of the plan"


class GenerationNotIncludedError(AppError):
    code = "generation_not_included"
    status = 402
    title = "Your subscription does not include this"
