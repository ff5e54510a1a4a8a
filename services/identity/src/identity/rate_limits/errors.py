from common.errors import TooManyRequestsError


class RateLimitedError(TooManyRequestsError):
    code = "rate_limited"
    title = "Too many attempts; `Retry-After` says when to try again"
