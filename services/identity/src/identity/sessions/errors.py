from common.errors import NotFoundError, UnauthenticatedError


class SessionEndedError(UnauthenticatedError):
    code = "session_ended"
    title = "The session has expired or was ended; sign in again"


class RefreshTokenInvalidError(UnauthenticatedError):
    code = "refresh_token_invalid"
    title = "Invalid refresh token"


class RefreshTokenReusedError(UnauthenticatedError):
    """The token may have been stolen: the session is revoked, which is committed despite the error."""

    code = "refresh_token_reused"
    title = "Refresh token already used"
    commits = True


class SessionNotFoundError(NotFoundError):
    code = "session_not_found"
    title = "Session not found"
