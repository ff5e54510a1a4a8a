from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "The session was ended"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "Invalid path"
