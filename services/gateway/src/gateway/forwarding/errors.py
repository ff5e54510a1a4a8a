from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "The session was ended (sign-out, new password or changed role); sign in again"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "The path has empty or dot segments, or encoded slashes or dots"
