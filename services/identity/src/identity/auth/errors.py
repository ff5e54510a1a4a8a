from common.errors import ForbiddenError, InvalidError, UnauthenticatedError


class CredentialsInvalidError(UnauthenticatedError):
    code = "credentials_invalid"
    title = "Wrong e-mail address or password, or the password was just changed elsewhere"


class UserDeactivatedError(ForbiddenError):
    """Returned only if the password is right, so that it does not reveal which addresses have a user."""

    code = "user_deactivated"
    title = "The user is deactivated"


class CurrentPasswordWrongError(InvalidError):
    code = "current_password_wrong"
    title = "The current password is wrong"
