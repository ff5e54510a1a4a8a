from common.errors import AppError, ConflictError, NotFoundError


class GenerationNotFoundError(NotFoundError):
    code = "generation_not_found"
    title = "Generation run not found"


class GenerationRunningError(ConflictError):
    code = "generation_running"
    title = "This month is already being generated"


class NothingToRetryError(ConflictError):
    code = "nothing_to_retry"
    title = "This generation run has no failed posts"


class MonthFullError(ConflictError):
    code = "month_full"
    title = "Not enough posts left in the plan for this month"


class GenerationNotIncludedError(AppError):
    code = "generation_not_included"
    status = 402
    title = "Your subscription does not include generation"
