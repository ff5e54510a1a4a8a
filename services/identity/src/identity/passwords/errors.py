from common.errors import InvalidError, UnavailableError


class SignInBusyError(UnavailableError):
    code = "sign_in_busy"
    title = "Too many sign-ins at this moment; try again in a few seconds"


class PasswordRefusedError(InvalidError):
    code = "password_refused"
    title = "Choose another password"

    def __init__(self, detail: str, *, field: str = "password") -> None:
        super().__init__(detail, field=field)
