from common.errors import BadRequestError, UnauthenticatedError


class SessionRevokedError(UnauthenticatedError):
    code = "session_revoked"
    title = "The session was ended, for example by a sign-out, a new password or a changed role; sign in again"


class BadTargetError(BadRequestError):
    code = "bad_path"
    title = "The path has empty or dot segments, or encoded slashes or dots"
