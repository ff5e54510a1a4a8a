"""The base of all application errors: raised where a rule is broken, rendered once at the HTTP edge (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

__all__ = [
    "DEFECTS",
    "AppError",
    "BadGatewayError",
    "BadRequestError",
    "ConflictError",
    "FieldError",
    "ForbiddenError",
    "InvalidError",
    "NotFoundError",
    "NotReadyError",
    "TooManyRequestsError",
    "UnauthenticatedError",
    "UnavailableError",
]


DEFECTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a defect raises in code that only computes, for callers whose other work must go on.

Errors of the database, of the system and of other services are not among them: those concern the other work too.
"""


class NotReadyError(RuntimeError):
    """Why a process is not ready, in words for an operator. `/readyz` and the log show them, so no secret is in it."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is dotted (`items.0.scheduled_for`), `code` is stable."""

    field: str
    code: str
    message: str


class AppError(Exception):
    """An expected error with a stable `code`.

    A named error is a subclass that sets the class attributes and is raised with a `detail`. The caller sees `detail`:
    it says what was wrong and what to do about it, and contains no secret. What only an operator should know is added
    with `add_note`: the log shows it beside the request's id.

    `commits=True` is for an error whose effects must be kept, such as revoking a session family when a used refresh
    token is presented again: the HTTP edge commits, then answers.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    commits: ClassVar[bool] = False
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        title: str | None = None,
        errors: Sequence[FieldError | Mapping[str, str]] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        commits: bool | None = None,
    ) -> None:
        # The class attributes are the defaults of an instance.
        chosen = {"code": code, "status": status, "title": title, "commits": commits}
        vars(self).update({name: value for name, value in chosen.items() if value is not None})
        vars(self)["headers"] = {**type(self).headers, **(headers or {})}
        self.detail = detail
        self.errors = [e if isinstance(e, FieldError) else FieldError(**e) for e in errors]
        self.extra = dict(extra or {})
        super().__init__(f"{self.code}: {detail or self.title}")


class BadRequestError(AppError):
    code = "bad_request"
    status = 400
    title = "Bad request"


class UnauthenticatedError(AppError):
    code = "unauthenticated"
    status = 401
    title = "Authentication required"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer realm="pulseworks"'}


class ForbiddenError(AppError):
    code = "forbidden"
    status = 403
    title = "Your role does not allow this"


class NotFoundError(AppError):
    code = "not_found"
    status = 404
    title = "Not found"


class ConflictError(AppError):
    code = "conflict"
    status = 409
    title = "Not allowed in the current state"


class InvalidError(AppError):
    """A payload that is well-formed but invalid. `field` names the field if there is only one."""

    code = "invalid"
    status = 422
    title = "Invalid request"

    def __init__(self, detail: str | None = None, *, field: str | None = None, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        if field is not None:
            self.errors.append(FieldError(field=field, code=self.code, message=detail or self.title))


class _RetryableError(AppError):
    def __init__(self, detail: str | None = None, *, retry_after: float | None = None, **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)
        if retry_after is not None:
            vars(self)["headers"] = {**self.headers, "Retry-After": str(max(1, round(retry_after)))}


class TooManyRequestsError(_RetryableError):
    """`retry_after`: seconds."""

    code = "too_many_requests"
    status = 429
    title = "Too many requests"


class BadGatewayError(AppError):
    code = "bad_gateway"
    status = 502
    title = "Unusable response from an upstream service"


class UnavailableError(_RetryableError):
    """`retry_after`: seconds."""

    code = "unavailable"
    status = 503
    title = "Temporarily unavailable; try again in a few seconds"
