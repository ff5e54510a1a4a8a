"""What a language model's text says: the one JSON object in it, and the schema that the model receives."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

AnswerT = TypeVar("AnswerT", bound=BaseModel)

# Reasoning of a model whose server does not remove it. The opening tag is part of some models' prompts, so it may be
# missing.
_REASONING = re.compile(r"\A.*</(think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
# Models write line breaks into strings, which JSON does not allow and nobody misunderstands.
_DECODER = json.JSONDecoder(strict=False)


class NoAnswerError(ValueError):
    """The text has no usable answer; the message says why, for the model."""


def read_answer(content: object, answer: type[AnswerT]) -> AnswerT:
    """Return the one object in the content that satisfies ``answer``.

    A byte order mark, a code fence, reasoning before the answer and sentences around it are ignored: while one object
    satisfies the type, nothing else can be meant. Raises NoAnswerError.
    """
    text = _text(content)
    error: ValidationError | None = None
    # The answer follows the reasoning, but a caption may also name such a tag.
    for part in dict.fromkeys((_REASONING.sub("", text), text)):
        found: list[AnswerT] = []
        for document in _objects(part):
            try:
                valid = answer.model_validate(document)
            except ValidationError as invalid:
                error = error or invalid
            else:
                found += [] if valid in found else [valid]
        if len(found) == 1:
            return found[0]
        if found:
            raise NoAnswerError("it has several answers; give one")
    raise NoAnswerError("it is not a JSON object" if error is None else _first(error)) from error


def _text(content: object) -> str:
    """Return the text of the content, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost JSON objects in a text; one that is encoded a second time, as a string, is decoded."""
    text = text.strip().removeprefix("\ufeff")
    if text.startswith('"'):
        try:
            inner = _DECODER.decode(text)
        except ValueError:
            inner = text
        text = str(inner)
    at = text.find("{")
    while at >= 0:
        try:
            document, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield document
        at = text.find("{", end)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


_STRICT_KEYWORDS = ("type", "properties", "items", "required", "enum", "const", "anyOf", "$ref", "$defs", "description")


def wire_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema in the subset of strict mode: structure without lengths and patterns.

    Every property is required and no other is allowed (OpenAI, structured outputs, supported schemas).
    """
    schema: dict[str, Any] = _strict(model.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key in _STRICT_KEYWORDS}
    for group in ("properties", "$defs"):
        if group in node:
            kept[group] = {name: _strict(value) for name, value in node[group].items()}
    if "$ref" in kept:
        return {"$ref": kept["$ref"]} | ({"$defs": kept["$defs"]} if "$defs" in kept else {})
    if node.get("type") == "object":
        kept |= {"required": list(node.get("properties", {})), "additionalProperties": False}
    return kept
