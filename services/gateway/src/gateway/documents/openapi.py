"""Merges the OpenAPI documents of the services into one."""

from importlib import resources
from typing import Any

from common.http import add_problems
from common.http.payload import BodyTooLargeError, RequestTimeoutError

from gateway.clients.errors import UpstreamTimeoutError, UpstreamUnavailableError
from gateway.forwarding.errors import BadTargetError, SessionRevokedError


def merged(documents: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return the merged document. Different schemas with the same name get their service's name as a prefix.

    ``documents`` maps each service to its document, or to None if it is unavailable. The introduction names the
    unavailable services.
    """
    absent = [service for service, document in documents.items() if document is None]
    note = f"\n\n**Currently unavailable and not listed:** {', '.join(absent)}." if absent else ""
    introduction = (resources.files(__package__) / "introduction.md").read_text(encoding="utf-8")
    tags: dict[str, Any] = {}
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
        for tag in document.get("tags", ()):
            tags.pop(tag["name"], None)  # a tag shared by services is listed with the last of them
            tags[tag["name"]] = tag
        for path, operations in document["paths"].items():
            if path.startswith("/api/"):
                paths[path] = _completed(_renamed(operations, names), service)
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "PulseWorks", "version": "1", "description": introduction.strip() + note},
        "servers": [{"url": "/", "description": "This gateway."}],
        "tags": [tag for name, tag in tags.items() if name in used],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security},
    }


def _names(service: str, own: dict[str, Any], taken: dict[str, Any]) -> dict[str, str]:
    return {
        name: name if name not in taken or taken[name] == schema else f"{service.title()}{name}"
        for name, schema in own.items()
    }


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Return ``node`` with references to the renamed schemas."""
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


def _completed(operations: dict[str, Any], service: str) -> dict[str, Any]:
    """Return a path's operations with a tag, and with the errors that the gateway itself answers with."""
    for operation in operations.values():
        if isinstance(operation, dict):
            operation["tags"] = operation.get("tags") or [service]
            add_problems(operation, (BadTargetError, UpstreamUnavailableError, UpstreamTimeoutError))
            if operation.get("security"):
                add_problems(operation, (SessionRevokedError,))
            if "requestBody" in operation:
                add_problems(operation, (BodyTooLargeError, RequestTimeoutError))
    return operations
