from common.errors import AppError


class UpstreamUnavailableError(AppError):
    code = "upstream_unavailable"
    status = 502
    title = "A part of PulseWorks is not available; try again in a few seconds"


class UpstreamTimeoutError(AppError):
    code = "upstream_timeout"
    status = 504
    title = "No response in time; the request may have been carried out"
