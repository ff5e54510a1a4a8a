from common.errors import AppError


class UpstreamUnavailableError(AppError):
    code = "upstream_unavailable"
    status = 502
    title = "Service unavailable"


class UpstreamTimeoutError(AppError):
    code = "upstream_timeout"
    status = 504
    title = "Service timed out"
