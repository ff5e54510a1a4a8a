from common.errors import ForbiddenError, InvalidError, UnauthenticatedError


class CredentialsInvalidError(UnauthenticatedError):
    code = "credentials_invalid"
    title = "E-mail address or password is wrong"


class UserDeactivatedError(ForbiddenError):
    """Only told to someone who knows the password."""

    code = "user_deactivated"
    title = "This user may not sign in any more"


class CurrentPasswordWrongError(InvalidError):
    code = "current_password_wrong"
    title = "The current password is wrong"
