from common.errors import ConflictError, NotFoundError


class GenerationNotFoundError(NotFoundError):
    code = "generation_not_found"
    title = "Generation run not found"


class GenerationRunningError(ConflictError):
    code = "generation_running"
    title = "This month is already being generated"


class NothingToRetryError(ConflictError):
    code = "nothing_to_retry"
    title = "This generation run has no failed posts"
