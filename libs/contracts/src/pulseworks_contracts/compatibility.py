"""Whether a changed JSON Schema is compatible with the previous one.

Two readers can break: an old reader that receives events of the new schema, and a new reader that receives stored
events of the old one, from the stream or its queue. Each must accept every value that the other side may send, so both
schemas must allow the same values. The only exception: an optional field may be added, since readers ignore unknown
fields.

So a value added to an enum is a breaking change: an old reader's closed ``Literal`` rejects it. A field whose values
will grow is open from the start: ``Literal["a", "b"] | str`` or ``str``.

A keyword that this module does not know must stay the same where it limits a reader.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "deprecated", "default"}
_LOWER_BOUNDS = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_UPPER_BOUNDS = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_COMPARED_BY_MEANING = {"type", "enum", "const", "properties", "required", "additionalProperties", "items"}


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Return what breaks a reader of the old schema or of stored events, one sentence for each; [] if nothing does."""
    return [
        *(f"old readers: {problem}" for problem in _Comparison(old, new, old_reader=True).problems(old, new, "event")),
        *(
            f"stored events: {problem}"
            for problem in _Comparison(new, old, old_reader=False).problems(new, old, "event")
        ),
    ]


class _Comparison:
    """Finds the values that ``sender`` allows and ``reader`` rejects."""

    def __init__(self, reader: Schema, sender: Schema, *, old_reader: bool) -> None:
        self._reader = reader
        self._sender = sender
        self._old_reader = old_reader
        self._open: set[tuple[str, str]] = set()

    def problems(self, reader: Schema | bool, sender: Schema | bool, path: str) -> list[str]:
        """Compare two subschemas, each with ``$ref`` into its own document."""
        if reader is True:
            return []
        recursion = (_reference(reader), _reference(sender))
        if recursion in self._open:
            return []
        if all(recursion):
            self._open.add(recursion)
        accepted = list(_alternatives(reader, self._reader))
        found = []
        for sent in _alternatives(sender, self._sender):
            refusals = [list(self._refusals(alternative, sent, path)) for alternative in accepted]
            if all(refusals):
                same_type = [r for a, r in zip(accepted, refusals, strict=True) if a.get("type") == sent.get("type")]
                closest = min(same_type or [[f"{path} may be {_named(sent)}"]], key=len)
                found += closest
        self._open.discard(recursion)
        return found

    def _refusals(self, reader: Schema, sent: Schema, path: str) -> Iterator[str]:
        types = reader.get("type"), sent.get("type")
        if types[0] not in {None, types[1]} and types != ("number", "integer"):
            yield f"{path} may be {_named(sent)}"
            return
        yield from _values(reader, sent, path)
        yield from _limits(reader, sent, path)
        yield from self._fields(reader, sent, path)
        if "items" in reader:
            yield from self.problems(reader["items"], sent.get("items", True), f"{path}[]")

    def _fields(self, reader: Schema, sent: Schema, path: str) -> Iterator[str]:
        known, present = reader.get("properties", {}), sent.get("properties", {})
        required, certain = set(reader.get("required", ())), set(sent.get("required", ()))
        # readers may rely on an optional field too, as long as a sender fills it
        expected = required | set(known) if self._old_reader else required
        for name in sorted(expected):
            if name not in present:
                yield f"{path}.{name} is missing"
            elif name in required - certain:
                yield f"{path}.{name} may be missing"
        others = reader.get("additionalProperties", True)  # of fields that the reader does not know
        for name, schema in present.items():
            yield from self.problems(known.get(name, others), schema, f"{path}.{name}")
            optional = self._old_reader and name in known and name not in certain
            if optional and known[name].get("default") != schema.get("default"):
                yield f"{path}.{name} has another default"
        yield from self.problems(others, sent.get("additionalProperties", True), f"{path}.<other>")


def _values(reader: Schema, sent: Schema, path: str) -> Iterator[str]:
    allowed, sendable = _enumerated(reader), _enumerated(sent)
    if allowed is None:
        return
    if sendable is None:
        yield f"{path} may be any value, not only {', '.join(sorted(allowed))}"
    elif sendable - allowed:
        yield f"{path} may be {', '.join(sorted(sendable - allowed))}"


def _limits(reader: Schema, sent: Schema, path: str) -> Iterator[str]:
    for keyword in sorted(reader.keys() - _COMPARED_BY_MEANING):
        limit, other = reader[keyword], sent.get(keyword)
        if keyword in _LOWER_BOUNDS:
            kept = other is not None and other >= limit
        elif keyword in _UPPER_BOUNDS:
            kept = other is not None and other <= limit
        else:
            kept = other == limit and "$ref" not in json.dumps(limit)  # what it refers to may differ
        if not kept:
            yield f"{path} has {keyword} {sent.get(keyword, 'missing')}, not {limit}"


def _alternatives(schema: Schema | bool, document: Schema) -> Iterator[Schema]:
    """Yield the alternatives of a schema, each without $ref, allOf, anyOf, oneOf, several types and annotations."""
    if schema is False:
        return
    keywords = {} if schema is True else {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
    choices = [[part] for part in keywords.pop("allOf", [])]
    if "$ref" in keywords:
        choices.append([_definition(keywords.pop("$ref"), document)])
    choices += [keywords.pop(union) for union in ("anyOf", "oneOf") if union in keywords]
    if isinstance(keywords.get("type"), list):
        choices.append([{"type": kind} for kind in keywords.pop("type")])
    alternatives: list[Schema] = [keywords]
    for options in choices:
        each = [alternative for option in options for alternative in _alternatives(option, document)]
        alternatives = [_both(one, other) for one in alternatives for other in each]
    yield from alternatives


def _both(one: Schema, other: Schema) -> Schema:
    """Return a schema that requires both. Raises ValueError for two limits of one kind, instead of guessing."""
    clashes = [key for key in one.keys() & other.keys() if one[key] != other[key]]
    merged: dict[str, Any] = {**one, **other}
    for key in clashes:
        if key == "required":
            merged[key] = sorted({*one[key], *other[key]})
        elif key == "properties":
            shared = one[key].keys() & other[key].keys()
            merged[key] = {**one[key], **other[key], **{n: {"allOf": [one[key][n], other[key][n]]} for n in shared}}
        else:
            raise ValueError(f"the schema has {key} twice: {one[key]} and {other[key]}")
    return merged


def _definition(reference: str, document: Schema) -> Schema:
    definition: Schema = document["$defs"][reference.removeprefix("#/$defs/")]
    return definition


def _reference(schema: Schema | bool) -> str:
    return "" if isinstance(schema, bool) else schema.get("$ref", "")


def _enumerated(schema: Schema) -> set[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else {json.dumps(value) for value in values}


def _named(schema: Schema) -> str:
    values = _enumerated(schema)
    return str(schema.get("type", "anything")) if values is None else ", ".join(sorted(values))
