from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "This session has ended"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "Invalid path"
