from common.errors import NotFoundError, UnauthenticatedError


class SessionEndedError(UnauthenticatedError):
    code = "session_ended"
    title = "The session has ended"


class RefreshTokenInvalidError(UnauthenticatedError):
    code = "refresh_token_invalid"
    title = "Sign in again"


class RefreshTokenReusedError(UnauthenticatedError):
    """The token may have been stolen: the session is revoked, which is committed despite the error."""

    code = "refresh_token_reused"
    title = "Sign in again"
    commits = True


class SessionNotFoundError(NotFoundError):
    code = "session_not_found"
    title = "Session not found"
