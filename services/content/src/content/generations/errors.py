from common.errors import ConflictError, NotFoundError


class GenerationNotFoundError(NotFoundError):
    code = "generation_not_found"
    title = "Generation run not found"


class GenerationRunningError(ConflictError):
    code = "generation_running"
    title = "This month is already being generated"


class MonthHasItsPostsError(ConflictError):
    code = "month_has_its_posts"
    title = "This month already has as many posts as the plan includes; send `post_count` to generate more"


class NothingToRetryError(ConflictError):
    code = "nothing_to_retry"
    title = "This generation run has no failed posts"
