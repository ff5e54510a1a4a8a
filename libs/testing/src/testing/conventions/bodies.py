"""The JSON bodies of an application's routes, and the values that they must refuse."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from common.errors import AppError
from common.http.bodies import StrictBody
from fastapi import FastAPI, params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import TypeAdapter

_STRING: Sequence[Any] = (1, 1.0, True, [], {})
WRONG_VALUES: Mapping[str, Sequence[Any]] = {
    "boolean": (0, 1, 1.0, "no", "yes", "true", ""),
    "integer": ("1", True, 1.0, 1.5, ""),
    "number": ("1", True),
    "string": _STRING,
    "password": _STRING,
    "date-time": (1_900_000_000, "1900000000", 1.5, True, "2026-12-01T09:00:00"),
    "date": (0, "0", "86400", True, "2026-12-01T09:00:00"),
    "array": ({}, "a", 1),
    "object": ([], "a", 1, {"no such field": 1}),
}
"""By type of JSON Schema, or format of a text."""

UNREADABLE = ("\u200b\u200b", "\u3164", "\u00a0\u2800", "a\x08b")


@dataclass(frozen=True)
class Body:
    """The body of one route."""

    route: str
    annotation: Any

    def accepted(self, wrong: Mapping[str, Sequence[Any]]) -> list[str]:
        """Return which wrong values the body accepts, as ``POST /path field value``."""
        strict, schema = StrictBody(self.annotation), TypeAdapter(self.annotation).json_schema()
        return [
            f"{self.route} {'.'.join(map(str, place.path))} {value!r}"
            for place in _places(schema, schema, _Place((), "", {}))
            for value in wrong.get(place.kind, ())
            if not _refuses(strict, place, value)
        ]

    def refused_examples(self) -> list[str]:
        """Return which of the body's own examples it refuses."""
        strict, schema = StrictBody(self.annotation), TypeAdapter(self.annotation).json_schema()
        models = [schema] if "properties" in schema else schema.get("$defs", {}).values()
        examples = [_fields_of(model) | example for model in models for example in model.get("examples", ())]
        return [f"{self.route} {example}" for example in examples if not _accepts(strict, example)]


@dataclass(frozen=True)
class _Place:
    path: tuple[str | int, ...]
    kind: str
    constants: Mapping[str, Any]
    """Fields beside it that select its model in a union."""


def bodies_of(app: FastAPI) -> list[Body]:
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    return [
        Body(f"{'/'.join(sorted(route.methods or ()))} {route.path}", route.body_field.field_info.annotation)
        for route in routes
        if isinstance(route, APIRoute)
        and route.body_field is not None
        and not isinstance(route.body_field.field_info, params.Form)
    ]


def _fields_of(model: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of a model's own fields, which complete its example in the documentation."""
    return {name: part["examples"][0] for name, part in model["properties"].items() if "examples" in part}


def _accepts(strict: StrictBody, document: Any) -> bool:
    try:
        strict.check(document)
    except AppError:
        return False
    return True


def _refuses(strict: StrictBody, place: _Place, value: Any) -> bool:
    """Return whether a body with nothing but this value has an error at its place."""
    document = value
    for part in reversed(place.path):
        document = [document] if isinstance(part, int) else {part: document}
    if place.path and isinstance(document, dict):
        document = {**place.constants, **document}
    try:
        strict.check(document)
    except AppError as error:
        wanted = ".".join(map(str, place.path))
        # a union names the chosen model in between, and an unknown field is named itself
        return any(problem.field.startswith(wanted) or problem.field.endswith(wanted) for problem in error.errors)
    return False


def _places(schema: dict[str, Any], node: dict[str, Any], at: _Place) -> Iterator[_Place]:
    """Yield the place of each value that a schema describes."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        if choice.get("type") != "null":
            yield from _places(schema, choice, at)
    kind = node.get("type")
    if kind is None or {"const", "enum"} & node.keys():
        return
    described = str(node.get("format"))
    yield replace(at, kind=described if described in WRONG_VALUES else str(kind))
    properties = node.get("properties", {})
    constants = {name: part["const"] for name, part in properties.items() if "const" in part}
    for name, part in properties.items():
        yield from _places(schema, part, replace(at, path=(*at.path, name), constants=at.constants or constants))
    if isinstance(node.get("items"), dict):
        yield from _places(schema, node["items"], replace(at, path=(*at.path, 0)))
