"""What the HTTP edge asks of a service's process context."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from common.auth.verifier import TokenVerifier

__all__ = ["ApiContext", "Check", "TransactionalContext", "Transactions"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be true for the process to be ready; `probe` raises when it is not."""

    name: str
    probe: Callable[[], Awaitable[None]]
    critical: bool = True
    """False: without it the process serves worse but serves; it is told as degraded and stays ready."""


class ApiContext(Protocol):
    """Enough for public routes and `PlainRouter`s."""

    @property
    def token_verifier(self) -> TokenVerifier: ...

    def readiness(self) -> Sequence[Check]: ...


class Transactions(Protocol):
    """The part of `common.database.Database` that a request needs."""

    def transaction(self, account_id: UUID | None = None) -> AbstractAsyncContextManager[AsyncSession]: ...


class TransactionalContext(ApiContext, Protocol):
    """What a service with a `Router` has."""

    @property
    def database(self) -> Transactions: ...
