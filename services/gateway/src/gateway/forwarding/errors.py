from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "Session ended"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "Invalid path"
