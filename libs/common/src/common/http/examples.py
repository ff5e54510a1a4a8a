"""Examples for the operations of an OpenAPI document, composed from those of the models.

A model has its example once (`json_schema_extra={"examples": [...]}`). What contains it (a list, a page, a subclass)
needs none: required fields that an example leaves out get the examples of their own schemas, or null where allowed.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

__all__ = ["add_examples"]

_JSON = "application/json"
_PREFIX = "#/components/schemas/"


def add_examples(document: dict[str, Any]) -> None:
    """Complete the examples of the components, and add one to each JSON body whose route has none."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    # A test of the merged document lists what has no example.
    for schema in schemas.values():
        if "examples" in schema:
            with suppress(LookupError):
                schema["examples"] = [_example(schema, schemas)]
    for media in _json_bodies(document):
        with suppress(LookupError):
            media.setdefault("example", _example(media["schema"], schemas))


def _json_bodies(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        for operation in path.values():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for body in [operation.get("requestBody", {}), *answers]:
                if "schema" in body.get("content", {}).get(_JSON, {}):
                    yield body["content"][_JSON]


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return an example of a schema. Raises LookupError if a part of it has none."""
    if "properties" in schema:
        given: dict[str, Any] = schema["examples"][0] if "examples" in schema else {}
        example: dict[str, Any] = {}
        for name, part in schema["properties"].items():
            if name in given:
                example[name] = given[name]
            elif name in schema.get("required", ()):
                example[name] = _required(part, schemas)
        return example | given
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].removeprefix(_PREFIX)], schemas)
    if "items" in schema:
        return [_example(schema["items"], schemas)]
    if alternatives := schema.get("oneOf") or schema.get("anyOf"):
        return _example(alternatives[0], schemas)
    raise LookupError(schema.get("title"))


def _required(part: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return an example of a field that the model's example leaves out; FastAPI drops nulls from examples."""
    nullable = "examples" not in part and {"type": "null"} in part.get("anyOf", ())
    return None if nullable else _example(part, schemas)
