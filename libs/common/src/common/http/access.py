"""What a route declares: who may call it, and how large a body it accepts.

The marks are dependencies, written in the signature or in `dependencies=[...]`; the route reads them before anything
else runs. An application with a route that has neither `requires()` nor `public()` does not start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from common.auth.permissions import Permission
from common.auth.principal import Principal

__all__ = ["Access", "body_limit", "public", "read_access", "requires"]

DEFAULT_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class _Required:
    permission: Permission

    async def __call__(self, request: Request) -> Principal:
        principal: Principal = request.state.principal
        return principal


@dataclass(frozen=True)
class _Public:
    async def __call__(self) -> None:
        return None


@dataclass(frozen=True)
class _BodyLimit:
    size: int

    async def __call__(self) -> None:
        return None


def requires(permission: Permission) -> Any:
    """Require a permission; an annotated parameter receives the `Principal`.

    `principal: Annotated[Principal, requires(Permission.BRIEF_READ)]`, or in `dependencies=[...]`.
    """
    return Depends(_Required(permission))


def public() -> Any:
    """Allow callers without a token. A bearer token is ignored."""
    return Depends(_Public())


def body_limit(size: int) -> Any:
    """Accept bodies of up to `size` bytes instead of 1 MiB."""
    return Depends(_BodyLimit(size))


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declared access; neither public nor permissions: nothing is declared."""

    public: bool
    permissions: frozenset[Permission]
    body_bytes: int

    @property
    def declared(self) -> bool:
        return self.public != bool(self.permissions)


def read_access(dependant: Dependant) -> Access:
    calls = list(_calls(dependant))
    return Access(
        public=any(isinstance(call, _Public) for call in calls),
        permissions=frozenset(call.permission for call in calls if isinstance(call, _Required)),
        body_bytes=max((c.size for c in calls if isinstance(c, _BodyLimit)), default=DEFAULT_BODY_BYTES),
    )


def _calls(dependant: Dependant) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)
