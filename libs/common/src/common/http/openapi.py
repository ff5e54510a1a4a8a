"""The OpenAPI document, completed with what FastAPI does not know: permissions, problems, idempotency keys."""

from collections.abc import Iterator
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from common.auth import InvalidTokenError, KeysUnavailableError, TokenExpiredError
from common.errors import AppError, ForbiddenError, UnauthenticatedError, UnavailableError
from common.http.access import Access, read_access
from common.http.consistency import (
    CONSISTENCY_TOKEN_PARAMETER,
    SAFE_METHODS,
    ConsistencyTokenInvalidError,
    NotThereYetError,
)
from common.http.declared_errors import MEDIA_TYPE, add_problems
from common.http.examples import add_examples
from common.http.idempotency import (
    ANSWER_NOT_KEPT_NOTE,
    IDEMPOTENCY_KEY_PARAMETER,
    AnswerNotKeptError,
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
)
from common.http.payload import (
    BodyTooLargeError,
    BodyUnreadableError,
    InvalidCharacterError,
    MalformedJsonError,
    NumberOutOfRangeError,
    TooDeepError,
    is_json,
)
from common.http.problems import InvalidRequestError, Problem, ValueNotStorableError
from common.http.routing import GuardedRoute, TransactionalRoute, UnsupportedMediaTypeError

__all__ = ["install_openapi"]

_SCHEME = "bearer"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_FASTAPI_SUCCESS = "Successful Response"
_SUCCESS = {
    "200": "Success.",
    "201": "Created.",
    "202": "Accepted: the work continues in the background.",
    "204": "Success, without a body.",
}
"""Descriptions of successful responses whose routes have none of their own."""


def install_openapi(app: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description or None,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        _SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` of a sign-up, a sign-in, an accepted invitation or a refresh. It "
            "expires after 15 minutes.",
        }
    }
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, GuardedRoute) or not context.include_in_schema:
            continue
        for method in sorted(context.methods or ()):
            operation = document["paths"][context.path_format][method.lower()]
            access = read_access(context.dependant)
            idempotent = method == "POST" and isinstance(route, TransactionalRoute) and not access.public
            _describe_access(operation, access)
            _describe_success(operation)
            _describe_problems(operation, method, route, access, idempotent=idempotent)
            parameters = [_idempotency_key(route)] if idempotent else []
            if not access.public:
                parameters.append(CONSISTENCY_TOKEN_PARAMETER)
            if parameters:
                operation.setdefault("parameters", []).extend(parameters)
    add_examples(document)
    return document


def _describe_access(operation: dict[str, Any], access: Access) -> None:
    operation["security"] = [] if access.public else [{_SCHEME: []}]
    if not access.public:
        operation["x-permission"] = sorted(map(str, access.permissions))


def _describe_success(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if response["description"] == _FASTAPI_SUCCESS:
            response["description"] = _SUCCESS[status]


def _idempotency_key(route: GuardedRoute) -> dict[str, Any]:
    if AnswerNotKeptError not in (route.errors or ()):
        return IDEMPOTENCY_KEY_PARAMETER
    return {
        **IDEMPOTENCY_KEY_PARAMETER,
        "description": f"{IDEMPOTENCY_KEY_PARAMETER['description']}{ANSWER_NOT_KEPT_NOTE}",
    }


def _describe_problems(
    operation: dict[str, Any], method: str, route: GuardedRoute, access: Access, *, idempotent: bool
) -> None:
    responses = cast("dict[str, Any]", operation["responses"])
    # FastAPI lists a 422 of its own for each route with parameters or a body
    has_input = responses.pop("422", None) is not None
    declared = route.errors
    if declared is not None:
        add_problems(operation, declared, examples=True)
        add_problems(operation, _edge_errors(operation, access, has_input=has_input or "422" in responses))
        if not access.public:
            add_problems(operation, (ConsistencyTokenInvalidError,))
            if method not in SAFE_METHODS:
                add_problems(operation, (NotThereYetError,))
        if idempotent:
            add_problems(operation, (IdempotencyKeyInvalidError, IdempotencyKeyReusedError))
    problem = {"content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    responses.setdefault(
        "default", {"description": "Any other error, as a problem document (RFC 9457). `code` says which.", **problem}
    )
    operation["responses"] = dict(sorted(responses.items()))
    for response in responses.values():
        for media in response.get("content", {}).values():
            # FastAPI describes the events of a stream with a keyword of OpenAPI 3.2 in a document that it declares as
            # 3.1, which has no such keyword.
            media.pop("itemSchema", None)


def _edge_errors(operation: dict[str, Any], access: Access, *, has_input: bool) -> Iterator[type[AppError]]:
    """Yield the errors that the HTTP edge itself answers with, for this operation."""
    body = operation.get("requestBody", {}).get("content", {})
    takes_json = any(is_json(content_type) for content_type in body)
    if body:
        yield BodyTooLargeError
        yield MalformedJsonError if takes_json else BodyUnreadableError
    if takes_json:
        yield UnsupportedMediaTypeError
    if not access.public:
        yield from (UnauthenticatedError, InvalidTokenError, TokenExpiredError, ForbiddenError, KeysUnavailableError)
    if has_input:
        yield from (InvalidRequestError, InvalidCharacterError, ValueNotStorableError)
    if takes_json:
        yield from (NumberOutOfRangeError, TooDeepError)
    yield UnavailableError
