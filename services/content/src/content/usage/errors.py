from common.errors import AppError, ConflictError, TooManyRequestsError

from content.clients.language_model import WritingError


class GenerationNotIncludedError(AppError):
    code = "generation_not_included"
    status = 402
    title = "The subscription does not include generation"


class UsageLimitError(ConflictError):
    code = "usage_limit_reached"
    title = "Too few `model_calls`, `pictures` or `website_readings` are left in this billing period"


class MonthFullError(UsageLimitError):
    code = "month_full"
    title = "Too few `posts` are left in this billing period, whichever month they are for"


class HourlyLimitError(TooManyRequestsError):
    code = "hourly_limit_reached"
    title = "The account has started as much work as it may within an hour; `Retry-After` says when to try again"


class NotChargedError(WritingError):
    """The work has no entry in the ledger. That is a defect: work is charged when it starts."""

    code = "not_charged"
    title = "The text could not be charged"


class ModelBudgetSpentError(WritingError):
    """The installation's budget of model calls for the day is spent; the breaker stays open until the next day."""

    code = "writing_paused"
    title = "PulseWorks has reached its daily limit of generated texts; try again tomorrow"

    def __init__(self, *, resumes: str, retry_after: int) -> None:
        """``resumes``: when, as text for users."""
        super().__init__(
            "PulseWorks has written all texts that it may write today.",
            advice=f"Writing resumes on {resumes}.",
            headers={"Retry-After": str(retry_after)},
        )


CHARGE_ERRORS = (GenerationNotIncludedError, UsageLimitError, HourlyLimitError)
"""Why work that is charged can't start."""
WRITING_CHARGE_ERRORS = (*CHARGE_ERRORS, ModelBudgetSpentError)
"""The same for work that needs the language model."""
