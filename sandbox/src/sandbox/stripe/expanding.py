"""Pagination of lists, and `expand`."""

from collections.abc import Callable
from typing import Any

from sandbox.stripe.errors import invalid, no_such
from sandbox.stripe.objects import list_of

Find = Callable[[str], dict[str, Any] | None]
_MOST_LEVELS = 4


def page(items: list[dict[str, Any]], params: dict[str, Any], url: str) -> dict[str, Any]:
    """Return one page of a list, newest first."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(f"This value must be between 1 and 100: {limit}", "limit", "parameter_invalid_integer")
    if after := params.get("starting_after"):
        items = items[_index(items, after, "starting_after") + 1 :]
    if before := params.get("ending_before"):
        items = items[: _index(items, before, "ending_before")][-limit:]
    return list_of(items[:limit], url, has_more=len(items) > limit)


def _index(items: list[dict[str, Any]], identifier: str, param: str) -> int:
    for number, item in enumerate(items):
        if item["id"] == identifier:
            return number
    raise no_such("object", identifier, param, status=400)


def expand(response: dict[str, Any], paths: list[str], find: Find, extra: dict[str, Any]) -> dict[str, Any]:
    """Replace ids with objects along the paths; `extra` holds what is included only on request."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > _MOST_LEVELS:
            raise invalid(f"You cannot expand more than {_MOST_LEVELS} levels of a property.", "expand")
        if parts[0] in extra:
            response[parts[0]] = extra[parts[0]]
        _expand(response, parts, path, find)
    return response


def _expand(node: Any, parts: list[str], path: str, find: Find) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(item, parts, path, find)
        return
    name, rest = parts[0], parts[1:]
    if not isinstance(node, dict) or name not in node:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(node[name], str):
        found = find(node[name])
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        node[name] = found
    if rest and node[name] is not None:
        _expand(node[name], rest, path, find)
