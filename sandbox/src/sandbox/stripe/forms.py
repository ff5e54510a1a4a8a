"""Stripe's form encoding, such as `items[0][price]=p&metadata[user]=7`, to nested values."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.errors import StripeError

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_MOST_LEVELS = 10


def decode(encoded: str) -> dict[str, Any]:
    """Return nested dicts and lists of strings.

    A level whose keys are all numbers is a list in their order, and so is one with empty keys (`expand[]=a`). Raises
    StripeError (400) for a malformed key.
    """
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        match = _KEY.fullmatch(key)
        parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
        if not 0 < len(parts) <= _MOST_LEVELS:
            raise StripeError(400, f"Invalid request parameter name: {key}", param=key)
        _put(tree, parts, value, key)
    return {name: _lists(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], parts: list[str], value: str, key: str) -> None:
    node = tree
    for part in parts[:-1]:
        node = node.setdefault(part or str(len(node)), {})
        if not isinstance(node, dict):
            raise StripeError(400, f"Invalid request: {key} is both a value and a hash.", param=key)
    last = parts[-1] or str(len(node))
    if last in node:
        raise StripeError(400, f"Invalid request: {key} was sent more than once.", param=key)
    node[last] = value


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = {name: _lists(value) for name, value in node.items()}
    if values and all(name.isdecimal() for name in values):
        return [values[name] for name in sorted(values, key=int)]
    return values


def bracketed(path: list[str | int]) -> str:
    """Format a path as Stripe names parameters: `items[0][price]`."""
    return str(path[0]) + "".join(f"[{part}]" for part in path[1:]) if path else ""
