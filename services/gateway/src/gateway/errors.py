from common.errors import AppError, BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "This session has ended"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "The path can't be used"


class BodyTooLargeError(AppError):
    code = "body_too_large"
    status = 413
    title = "The request is too large"


class UpstreamUnavailableError(AppError):
    code = "upstream_unavailable"
    status = 502
    title = "A part of PulseWorks does not answer"


class UpstreamTimeoutError(AppError):
    code = "upstream_timeout"
    status = 504
    title = "A part of PulseWorks took too long"
