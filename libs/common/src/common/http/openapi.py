"""The OpenAPI document says what FastAPI can't see: who may call, that errors are problems, that keys are honoured."""

from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from common.http.access import Access, read_access
from common.http.examples import add_examples
from common.http.problems import MEDIA_TYPE, Problem
from common.http.routing import GuardedRoute, TransactionalRoute

__all__ = ["install_openapi"]

_SCHEME = "bearer"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Repeat a request with the same key and body to get the first answer again, for at least 24 h.",
}


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
        _SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token."}
    }
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, GuardedRoute) or not context.include_in_schema:
            continue
        for method in sorted(context.methods or ()):
            operation = document["paths"][context.path_format][method.lower()]
            _complete(operation, read_access(context.dependant))
            if method == "POST" and isinstance(route, TransactionalRoute) and not route.access.public:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    add_examples(document)
    return document


def _complete(operation: dict[str, Any], access: Access) -> None:
    operation["security"] = [] if access.public else [{_SCHEME: []}]
    if not access.public:
        operation["x-permission"] = sorted(map(str, access.permissions))
    responses = cast("dict[str, Any]", operation["responses"])
    responses.pop("422", None)
    problem = {"content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    responses.setdefault("default", {"description": "A problem; `code` says which.", **problem})
    for response in responses.values():
        for media in response.get("content", {}).values():
            # FastAPI describes the events of a stream with a keyword of OpenAPI 3.2 in a document that it declares as
            # 3.1, which has none for it.
            media.pop("itemSchema", None)
