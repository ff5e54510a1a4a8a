"""Strict structured outputs accept a subset of JSON Schema; anything else is a 400.

The vendor's guide "Structured model outputs" defines the subset. It has been extended for some models over time
(`pattern`, `minimum`, `minItems`); the stand-in uses the narrow one, which is valid everywhere.
"""

import re
from typing import Any, NoReturn

from sandbox.openai.errors import OpenAIError

_ALLOWED = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf",
    "$ref", "$defs", "definitions", "title", "description",
}  # fmt: skip
_TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
_MAX_DEPTH = 10
_MAX_PROPERTIES = 5_000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class StrictSchema:
    """Checks one schema; `param` is its place in the request, `label` the vendor's name for that place."""

    def __init__(self, name: str, schema: Any, *, param: str, label: str) -> None:
        self._name = name
        self._root = schema
        self._param = param
        self._label = label
        self._properties = 0

    def check(self) -> None:
        """Raise OpenAIError (400) with the first violation."""
        if not _NAME.fullmatch(self._name):
            raise OpenAIError(
                400,
                f"Invalid '{self._label}.name': string does not match pattern. Expected a string that matches"
                " the pattern '^[a-zA-Z0-9_-]+$'.",
                param=f"{self._label}.name",
                code="invalid_value",
            )
        if not isinstance(self._root, dict) or self._root.get("type") != "object" or "anyOf" in self._root:
            self._fail((), f"schema must be a JSON Schema of 'type: \"object\"', got {_type_of(self._root)}.")
        self._node(self._root, (), 1)

    def _node(self, node: Any, context: tuple[str, ...], depth: int) -> None:
        if not isinstance(node, dict):
            self._fail(context, f"{node!r} is not of type 'object'.")
        if depth > _MAX_DEPTH:
            self._fail(context, f"the schema is nested more than {_MAX_DEPTH} levels deep.")
        self._keywords(node, context)
        self._definitions(node, context, depth)
        if "$ref" in node:
            self._reference(node, context)
            return
        for number, child in enumerate(node.get("anyOf", ())):
            self._node(child, (*context, "anyOf", str(number)), depth)
        kinds = self._kinds(node, context)
        if "object" in kinds:
            self._object(node, context, depth)
        if "array" in kinds:
            if "items" not in node:
                self._fail(context, "array schema missing items.")
            self._node(node["items"], (*context, "items"), depth + 1)

    def _definitions(self, node: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        for key in ("$defs", "definitions"):
            for name, child in (node.get(key) or {}).items():
                self._node(child, (*context, key, name), depth)

    def _kinds(self, node: dict[str, Any], context: tuple[str, ...]) -> list[Any]:
        kinds = node.get("type", [])
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if unknown := [kind for kind in kinds if kind not in _TYPES]:
            self._fail(context, f"{unknown[0]!r} is not valid under any of the given schemas.")
        if not kinds and not {"anyOf", "enum", "const"} & node.keys():
            self._fail(context, "schema must have a 'type' key.")
        return kinds

    def _keywords(self, node: dict[str, Any], context: tuple[str, ...]) -> None:
        for keyword in node:
            if keyword not in _ALLOWED:
                self._fail(context, f"'{keyword}' is not permitted.")

    def _reference(self, node: dict[str, Any], context: tuple[str, ...]) -> None:
        if extra := sorted(node.keys() - {"$ref", "$defs", "definitions"}):
            self._fail(context, f"$ref cannot have keywords {set(extra)}.")
        try:
            resolve(self._root, node["$ref"])
        except KeyError:
            self._fail(context, f"reference to component '{node['$ref']}' which was not found in the schema.")

    def _object(self, node: dict[str, Any], context: tuple[str, ...], depth: int) -> None:
        if node.get("additionalProperties") is not False:
            self._fail(context, "'additionalProperties' is required to be supplied and to be false.")
        properties = node.get("properties")
        if not isinstance(properties, dict):
            self._fail(context, "object schema missing properties.")
        self._properties += len(properties)
        if self._properties > _MAX_PROPERTIES:
            self._fail(context, f"the schema has more than {_MAX_PROPERTIES} properties in all.")
        required = node.get("required")
        listed = required if isinstance(required, list) else []
        missing = [name for name in properties if name not in listed]
        if not isinstance(required, list) or missing:
            self._fail(
                context,
                "'required' is required to be supplied and to be an array including every key in properties."
                f" Missing '{(missing or [''])[0]}'.",
            )
        if extra := [name for name in listed if name not in properties]:
            self._fail(context, f"'required' has an extra key '{extra[0]}'.")
        for name, child in properties.items():
            self._node(child, (*context, "properties", name), depth + 1)

    def _fail(self, context: tuple[str, ...], reason: str) -> NoReturn:
        place = "(" + ", ".join(repr(part) for part in context) + ")"
        raise OpenAIError(
            400,
            f"Invalid schema for {self._label.split('.', maxsplit=1)[0]} '{self._name}': In context={place}, {reason}",
            param=self._param,
            code="invalid_json_schema" if self._param.startswith("text.") else None,
        )


def resolve(root: dict[str, Any], reference: str) -> Any:
    """Return the target of `#/a/b`. Raises KeyError if there is none."""
    if reference == "#":
        return root
    node: Any = root
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def _type_of(schema: Any) -> str:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return f"'type: \"{kind}\"'"
