"""The errors that a route declares: what its documentation lists, and what it may answer with.

``raises()`` is a mark like ``requires()``. Write it in ``dependencies=[...]`` of a route or a router, or in the
signature of a dependency that raises the errors itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import Depends
from fastapi.dependencies.models import Dependant

from common.errors import AppError

__all__ = ["MEDIA_TYPE", "add_problems", "problem_type", "raises", "read_errors", "report_undeclared"]

MEDIA_TYPE = "application/problem+json"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_REQUEST_ID = "0193a5c0-0000-7000-8000-00000000000e"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Raises:
    errors: tuple[type[AppError], ...]

    async def __call__(self) -> None:
        return None


def raises(*errors: type[AppError]) -> Any:
    """Declare the errors that a route answers with, besides those of the HTTP edge (401, 403, 422 and the like).

    Several marks add up. Without an argument: none.
    """
    return Depends(_Raises(errors))


def read_errors(dependant: Dependant) -> tuple[type[AppError], ...] | None:
    """Return what a route and its dependencies declare, or None when the route itself declares nothing."""
    if not any(isinstance(dependency.call, _Raises) for dependency in dependant.dependencies):
        return None
    return tuple(dict.fromkeys(error for mark in _marks(dependant) for error in mark.errors))


def _marks(dependant: Dependant) -> Iterator[_Raises]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, _Raises):
            yield dependency.call
        yield from _marks(dependency)


def report_undeclared(route: str, error: AppError) -> None:
    """Log an error that its route does not declare. In tests, the fixture ``declared_problems`` makes it a failure."""
    _log.warning("problem_not_declared", route=route, code=error.code, status=error.status)


def problem_type(code: str) -> str:
    """Return the URI of a kind of problem."""
    return f"urn:pulseworks:problem:{code}"


def add_problems(operation: dict[str, Any], errors: Iterable[type[AppError]], *, examples: bool = False) -> None:
    """Add errors to an operation of an OpenAPI document, beside those that it lists already.

    Each status has one response, whose schema narrows ``code`` to the listed codes.
    """
    for error in errors:
        response = operation["responses"].setdefault(str(error.status), _response())
        media = response["content"][MEDIA_TYPE]
        codes: list[str] = media["schema"]["allOf"][1]["properties"]["code"]["enum"]
        if error.code in codes:
            continue
        codes.append(error.code)
        response["description"] = f"{response['description']}\n- `{error.code}`: {error.title}.".lstrip()
        if examples:
            media.setdefault("examples", {})[error.code] = {"summary": error.title, "value": _example(error)}


def _response() -> dict[str, Any]:
    narrowed = {"allOf": [_PROBLEM, {"properties": {"code": {"enum": []}}}]}
    return {"description": "", "content": {MEDIA_TYPE: {"schema": narrowed}}}


def _example(error: type[AppError]) -> dict[str, Any]:
    return {
        "type": problem_type(error.code),
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "request_id": _REQUEST_ID,
    }
