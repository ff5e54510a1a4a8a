from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "Session revoked"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "Invalid path"
