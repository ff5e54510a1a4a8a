"""One OpenAPI document out of those of the services."""

from typing import Any

_INTRODUCTION = """
The REST API of PulseWorks: one brief a month becomes a month of posts on the right Page or account.

Sign up or log in, send the access token as `Authorization: Bearer …`, refresh it when it expires after 15 minutes.
Errors are `application/problem+json` (RFC 9457) with a stable `code`. Lists are pages: `items` and `next_cursor`.
Times carry an offset. A POST may carry an `Idempotency-Key`.
"""


def merged(documents: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return one document; schemas of the same name that differ are told apart by their service's name.

    ``documents`` maps service to its document, or to None when it did not answer; the introduction then says so.
    """
    absent = [service for service, document in documents.items() if document is None]
    note = f"\n\n**Not answering right now, so not listed:** {', '.join(absent)}." if absent else ""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    security: dict[str, Any] = {}
    for service, document in documents.items():
        if document is None:
            continue
        own = document.get("components", {})
        names = _names(service, own.get("schemas", {}), schemas)
        schemas |= {names[name]: _renamed(schema, names) for name, schema in own.get("schemas", {}).items()}
        security |= own.get("securitySchemes", {})
        for path, operations in document["paths"].items():
            if path.startswith("/api/"):
                paths[path] = _tagged(_renamed(operations, names), service)
    return {
        "openapi": "3.1.0",
        "info": {"title": "PulseWorks", "version": "1", "description": _INTRODUCTION.strip() + note},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security},
    }


def _names(service: str, own: dict[str, Any], taken: dict[str, Any]) -> dict[str, str]:
    return {
        name: name if name not in taken or taken[name] == schema else f"{service.title()}{name}"
        for name, schema in own.items()
    }


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Return ``node`` with its references to renamed schemas."""
    prefix = "#/components/schemas/"
    if isinstance(node, dict):
        return {
            key: prefix + names.get(value.removeprefix(prefix), value.removeprefix(prefix))
            if key == "$ref" and isinstance(value, str) and value.startswith(prefix)
            else _renamed(value, names)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_renamed(item, names) for item in node]
    return node


def _tagged(operations: dict[str, Any], service: str) -> dict[str, Any]:
    return {
        method: {**operation, "tags": operation.get("tags") or [service]} if isinstance(operation, dict) else operation
        for method, operation in operations.items()
    }
