"""Fills any strict schema with plausible values, and with a writer's proposals where they fit."""

import random
from typing import Any

from sandbox.openai.strictness import resolve

_BY_NAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("url", ("https://example.com/",)),
    ("email", ("hello@example.com",)),
    ("hashtag", ("#SmallBusiness", "#GoodToKnow", "#Local", "#BehindTheScenes", "#ThankYou")),
    ("headline", ("A small step today", "Worth knowing", "Made with care", "Good to see you")),
    ("title", ("A good place to start", "What we do differently", "A question that we hear a lot")),
    ("colour", ("#0E4F5C", "#F2B632", "#1F4E8C")),
    ("color", ("#0E4F5C", "#F2B632", "#1F4E8C")),
    ("date", ("2026-12-01",)),
    ("month", ("2026-12",)),
    ("language", ("en",)),
    ("alt", ("A square picture with a short text in the colours of the brand.",)),
    ("name", ("Harbour Street Studio", "The Corner Workshop")),
)
_SENTENCES = (
    "We keep it simple and explain each step.",
    "Small details make the difference.",
    "Good work takes a little time, and it shows.",
    "Ask us anything; a short answer is often enough.",
    "We are glad that you are here.",
)


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


class Filler:
    """Fills one schema. Choices come from the given generator."""

    def __init__(self, schema: dict[str, Any], rng: random.Random) -> None:
        self._root = schema
        self._rng = rng

    def fill(self, proposal: Any) -> Any:
        """Return a value for the whole schema."""
        return self._value(self._root, proposal, "")

    def _value(self, node: dict[str, Any], proposal: Any, name: str) -> Any:
        if "$ref" in node:
            return self._value(resolve(self._root, node["$ref"]), proposal, name)
        if "anyOf" in node:
            return self._value(self._branch(node["anyOf"], proposal), proposal, name)
        if "const" in node or "enum" in node:
            allowed = node.get("enum") or [node["const"]]
            return proposal if proposal in allowed else self._rng.choice(allowed)
        return self._typed(node, proposal, name)

    def _typed(self, node: dict[str, Any], proposal: Any, name: str) -> Any:
        kinds = node["type"] if isinstance(node.get("type"), list) else [node.get("type", "string")]
        kind = next((kind for kind in kinds if self._is(kind, proposal)), None)
        if kind is None:
            kind = next((kind for kind in kinds if kind != "null"), "null")
            proposal = None
        match kind:
            case "object":
                given = proposal if isinstance(proposal, dict) else {}
                return {key: self._value(child, given.get(key), key) for key, child in node["properties"].items()}
            case "array":
                return self._array(node, proposal, name)
            case "null":
                return None
            case _:
                return self._scalar(kind, name) if proposal is None else proposal

    def _array(self, node: dict[str, Any], proposal: Any, name: str) -> list[Any]:
        given = proposal if isinstance(proposal, list) else [None] * self._rng.randint(2, 4)
        values = [self._value(node["items"], item, name) for item in given]
        # made-up values must at least not repeat
        return values if isinstance(proposal, list) else _distinct(values)

    def _scalar(self, kind: str, name: str) -> Any:
        match kind:
            case "integer":
                return self._rng.randint(1, 10)
            case "number":
                return round(self._rng.uniform(0.5, 10), 2)
            case "boolean":
                return self._rng.random() < 0.5
            case _:
                choices = next((texts for part, texts in _BY_NAME if part in name.lower()), _SENTENCES)
                return self._rng.choice(choices)

    def _branch(self, branches: list[dict[str, Any]], proposal: Any) -> dict[str, Any]:
        fitting = [branch for branch in branches if self._fits(branch, proposal)]
        if fitting:
            return fitting[0]
        return next((branch for branch in branches if branch.get("type") != "null"), branches[0])

    def _fits(self, node: dict[str, Any], value: Any) -> bool:
        if "$ref" in node:
            return self._fits(resolve(self._root, node["$ref"]), value)
        if "enum" in node:
            return value in node["enum"]
        kinds = node["type"] if isinstance(node.get("type"), list) else [node.get("type")]
        return any(self._is(kind, value) for kind in kinds)

    @staticmethod
    def _is(kind: str | None, value: Any) -> bool:
        # null never fits: without a proposal, the value is one of the other types
        types = _PYTHON_TYPES.get(str(kind), ())
        return isinstance(value, types) and (kind == "boolean" or not isinstance(value, bool))


def _distinct(values: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept
