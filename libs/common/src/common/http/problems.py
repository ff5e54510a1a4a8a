"""Renders every error as an RFC 9457 problem document."""

import socket
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from common.database.transient import is_transient
from common.errors import AppError, FieldError, InvalidError, UnavailableError
from common.http.declared_errors import MEDIA_TYPE, problem_type
from common.http.loggable import loggable_path
from common.http.methods import allow_header, allowed_methods
from common.http.payload import BodyUnreadableError, MalformedJsonError

__all__ = [
    "InvalidRequestError",
    "Problem",
    "ProblemField",
    "ValueNotStorableError",
    "error_from_validation",
    "install_problem_handlers",
    "problem_response",
]

_MAX_FIELD_ERRORS = 50
_log = structlog.get_logger(__name__)

# PostgreSQL's codes for a value that it can't store: the caller's mistake, not ours.
_UNSTORABLE = {
    "22003": "A number is out of range.",
    "22021": "The text contains a character that cannot be stored.",
    "22P05": "The text contains a character that cannot be stored.",
    "22008": "A date or time is out of range.",
}


class InvalidRequestError(InvalidError):
    code = "invalid_request"
    title = "Invalid request"


class ValueNotStorableError(InvalidError):
    code = "value_not_storable"
    title = "A number is outside of what PulseWorks accepts"


class ProblemField(BaseModel):
    field: str = Field(
        description="Path of the invalid field, such as `items.0.scheduled_for`, or name of the parameter. Empty if "
        "the body as a whole is invalid."
    )
    code: str = Field(description="Stable code of what is wrong, for programs. More may be added: show `message`.")
    message: str = Field(description="Text for people: what is wrong with this value.")


class Problem(BaseModel):
    """Error document (RFC 9457). Handle errors by `code`, which never changes. Texts may change."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:pulseworks:problem:forbidden",
                    "title": "Your role does not allow this",
                    "status": 403,
                    "detail": "The role MEMBER lacks schedule:write. Ask an owner of the account.",
                    "code": "forbidden",
                    "request_id": "0193a5c0-0000-7000-8000-00000000000e",
                }
            ]
        },
    )

    type: str = Field(description="`code` as a URI.")
    title: str = Field(description="The kind of error, as a short text for people.")
    status: int = Field(description="The HTTP status.")
    detail: str | None = Field(
        default=None, description="Text for people: what was wrong with this request, and what to do."
    )
    code: str = Field(description="Stable error code, for programs.")
    request_id: str = Field(description="Id of the request, also in the header `X-Request-Id`. Give it to support.")
    errors: list[ProblemField] | None = Field(
        default=None, description="The invalid fields of the body, or the invalid parameters, if there are any."
    )


def problem_response(scope: Scope, error: AppError) -> Response:
    body: dict[str, Any] = {
        **error.extra,
        "type": problem_type(error.code),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if error.detail is None:
        del body["detail"]
    if notes := getattr(error, "__notes__", None):
        # What an operator needs to know and a customer must not see. The line has the request's id.
        _log.warning("request_failed", code=error.code, notes=notes)
    if error.errors:
        body["errors"] = [_field(e) for e in error.errors[:_MAX_FIELD_ERRORS]]
    return JSONResponse(
        jsonable_encoder(body), status_code=error.status, headers=dict(error.headers), media_type=MEDIA_TYPE
    )


def _field(error: FieldError) -> dict[str, str]:
    # A field's name may be a key of the caller's JSON, which can have characters that UTF-8 can't encode.
    clean = error.field.encode("utf-8", "replace").decode()
    return {"field": clean[:200], "code": error.code, "message": error.message}


def error_from_validation(errors: Sequence[Mapping[str, Any]]) -> AppError:
    """Translate pydantic's errors. The values are left out: they may be secrets."""
    if any(e["type"] == "json_invalid" for e in errors):
        return MalformedJsonError("The body is not valid JSON.")
    fields = [
        FieldError(field=_dotted(e["loc"]), code=str(e["type"]), message=_message(e))
        for e in errors[:_MAX_FIELD_ERRORS]
    ]
    return InvalidRequestError("See `errors` for what to correct.", errors=fields)


def _dotted(location: Sequence[int | str]) -> str:
    parts = location[1:] if location and location[0] in {"body", "query", "path", "header", "cookie"} else location
    return ".".join(str(part) for part in parts)


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "There is no such field. Check its name."
    return str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")


def install_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(asyncpg.PostgresError, _connecting_error)
    for error in (ConnectionError, TimeoutError, socket.gaierror, PoolTimeoutError, asyncpg.InterfaceError):
        app.add_exception_handler(error, _unavailable)


async def _app_error(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, cast("AppError", error))


async def _invalid_request(request: Request, error: Exception) -> Response:
    errors = cast("RequestValidationError", error).errors()
    return problem_response(request.scope, error_from_validation(errors))


async def _http_error(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    texts = {
        400: (BodyUnreadableError.code, BodyUnreadableError.title, str(error.detail)),
        404: ("not_found", "Not found", f"{request.url.path} does not exist."),
        405: (
            "method_not_allowed",
            "Method not allowed",
            f"{request.url.path} does not support {request.method}.",
        ),
    }
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # the router names the methods of one of the path's routes
        headers["Allow"] = allow_header(allowed_methods(request.app, request.scope["path"]))
    phrase = HTTPStatus(error.status_code).phrase
    code, title, detail = texts.get(
        error.status_code, (phrase.lower().replace(" ", "_").replace("-", "_"), phrase, str(error.detail))
    )
    known = AppError(detail, code=code, status=error.status_code, title=title, headers=headers)
    return problem_response(request.scope, known)


async def _database_error(request: Request, error: Exception) -> Response:
    error = cast("DBAPIError", error)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _UNSTORABLE:
        _log.warning("value_not_storable", sqlstate=state, path=loggable_path(request.scope))
        return problem_response(request.scope, ValueNotStorableError(_UNSTORABLE[state]))
    if is_transient(error):
        return await _unavailable(request, error)
    raise error


async def _connecting_error(request: Request, error: Exception) -> Response:
    """Handle the driver's own errors, which SQLAlchemy does not wrap while it connects."""
    if is_transient(error):
        return await _unavailable(request, error)
    raise error


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.error("dependency_unavailable", path=loggable_path(request.scope), error=repr(error), exc_info=error)
    unavailable = UnavailableError(
        "A database or another required service is unreachable. Try again shortly.", retry_after=2
    )
    return problem_response(request.scope, unavailable)
