"""Paths for logs: a path can hold a secret, such as the address of a calendar, so logs name the route instead."""

import re

from starlette.types import Scope

__all__ = ["loggable_path", "route_template", "without_secrets"]

_UNMATCHED = "unmatched"
_HARMLESS = re.compile(r"[a-z][a-z_.-]{0,39}|[0-9-]{1,12}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MAX_SEGMENTS = 8


def route_template(scope: Scope) -> str:
    """Return the route of a request, such as ``/api/content/{content_id}``, or ``unmatched``."""
    route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return str(getattr(route, "path_format", _UNMATCHED))


def loggable_path(scope: Scope) -> str:
    """Return what a log may say about the path of a request: its route, else the path without possible secrets."""
    route = route_template(scope)
    return without_secrets(scope["path"]) if route == _UNMATCHED else route


def without_secrets(path: str) -> str:
    """Return the path with ``*`` in place of each segment that is not a word, a number or a UUID."""
    segments = path.split("/")
    kept = [segment if not segment or _HARMLESS.fullmatch(segment) else "*" for segment in segments[:_MAX_SEGMENTS]]
    return "/".join(kept) + ("/…" if len(segments) > _MAX_SEGMENTS else "")
