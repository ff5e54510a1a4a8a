"""Merges the OpenAPI documents of the services into one."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

from common.http import add_problems
from common.http.payload import BodyTooLargeError, RequestTimeoutError

from gateway.clients.errors import UpstreamTimeoutError, UpstreamUnavailableError
from gateway.forwarding.errors import BadTargetError, SessionRevokedError

_PREFIX = "#/components/schemas/"


def merged(documents: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return the merged document. Different schemas with the same name get their service's name as a prefix and title.

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
        schemas |= {names[name]: _titled(_renamed(schema, names), name, names) for name, schema in _schemas(own)}
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
        "info": {
            "title": "PulseWorks",
            "version": "1",
            "description": introduction.strip() + note,
            "contact": {"name": "The operator of this installation"},
        },
        "servers": [{"url": "/", "description": "This gateway."}],
        "tags": [tag for name, tag in tags.items() if name in used],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(_used(schemas, paths).items())), "securitySchemes": security},
    }


def _schemas(components: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from components.get("schemas", {}).items()


def _titled(schema: dict[str, Any], name: str, names: dict[str, str]) -> dict[str, Any]:
    """Return the schema with the title of its new name: generators name classes by title."""
    return schema if names[name] == name else {**schema, "title": names[name]}


def _used(schemas: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas that an operation refers to, directly or by another schema."""
    used: dict[str, Any] = {}
    waiting = list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in used:
            used[name] = schemas[name]
            waiting.extend(_references(schemas[name]))
    return used


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_PREFIX)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _names(service: str, own: dict[str, Any], taken: dict[str, Any]) -> dict[str, str]:
    return {
        name: name if name not in taken or taken[name] == schema else f"{service.title()}{name}"
        for name, schema in own.items()
    }


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Return ``node`` with references to the renamed schemas."""
    if isinstance(node, dict):
        return {
            key: _PREFIX + names.get(value.removeprefix(_PREFIX), value.removeprefix(_PREFIX))
            if key == "$ref" and isinstance(value, str) and value.startswith(_PREFIX)
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
