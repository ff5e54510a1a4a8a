"""Flattens a JSON Schema into rows of a table."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_FORMATS = {"uuid": "UUID", "date-time": "time (RFC 3339)", "date": "date", "uri": "URL"}

_Schema = Mapping[str, Any]


class Field(NamedTuple):
    name: str
    """Dotted path with `[]` after a list: `data.payloads[].text`."""
    kind: str
    optional: bool
    description: str

    @property
    def top(self) -> str:
        """The top-level part of the name."""
        return self.name.partition(".")[0].removesuffix("[]")


def fields_of(schema: _Schema, schemas: _Schema, prefix: str = "", within: tuple[_Schema, ...] = ()) -> Iterator[Field]:
    """Yield the fields of an object, each followed by its nested fields. Recursive schemas are expanded once."""
    schema = _resolved(schema, schemas)
    if schema in within:
        return
    for name, part in schema.get("properties", {}).items():
        # A field with a default other than null is always sent.
        optional = name not in schema.get("required", ()) and "default" in part and part["default"] is None
        inner, brackets = _object_in(part, schemas)
        description = part.get("description") or inner.get("description", "")
        yield Field(prefix + name, _kind(part, schemas), optional, description)
        yield from fields_of(inner, schemas, f"{prefix}{name}{brackets}.", (*within, schema))


def _object_in(part: _Schema, schemas: _Schema) -> tuple[_Schema, str]:
    """Return the schema of the object in a field, with `[]` for each level of list around it."""
    part = _resolved(part, schemas)
    for alternative in part.get("anyOf", [part]):
        plain = _resolved(alternative, schemas)
        if plain.get("type") == "array":
            inner, brackets = _object_in(plain.get("items", {}), schemas)
            return inner, f"[]{brackets}"
        if "properties" in plain:
            return plain, ""
    return {}, ""


def _kind(part: _Schema, schemas: _Schema) -> str:
    part = _resolved(part, schemas)
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_kind(alternative, schemas) for alternative in part["anyOf"]))
    if "const" in part:
        return f'"{part["const"]}"'
    if "enum" in part:
        return " | ".join(str(value) for value in part["enum"])
    if part.get("type") == "array":
        return f"list of {_kind(part.get('items', {}), schemas)}"
    return _FORMATS.get(part.get("format", ""), str(part.get("type", "any value")))


def _resolved(schema: _Schema, schemas: _Schema) -> _Schema:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    return schema
