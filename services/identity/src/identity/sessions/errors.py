from common.errors import NotFoundError, UnauthenticatedError


class SessionEndedError(UnauthenticatedError):
    code = "session_ended"
    title = "This session has ended"


class RefreshTokenInvalidError(UnauthenticatedError):
    code = "refresh_token_invalid"
    title = "Sign in again"


class RefreshTokenReusedError(UnauthenticatedError):
    """Somebody holds a copy. The family is revoked, and that must stand although the answer is an error."""

    code = "refresh_token_reused"
    title = "Sign in again"
    commits = True


class SessionNotFoundError(NotFoundError):
    code = "session_not_found"
    title = "You have no such session"
