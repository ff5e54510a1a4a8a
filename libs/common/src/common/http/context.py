"""What the HTTP edge needs of a service's process context."""

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
    """A condition for readiness; `probe` raises when it does not hold."""

    name: str
    probe: Callable[[], Awaitable[None]]
    critical: bool = True
    """False: without it the process still serves, so it stays ready and reports `degraded`."""


class ApiContext(Protocol):
    """Needed by public routes and `PlainRouter`s."""

    @property
    def token_verifier(self) -> TokenVerifier: ...

    def readiness(self) -> Sequence[Check]: ...


class Transactions(Protocol):
    """The part of `common.database.Database` that a request needs."""

    def transaction(self, account_id: UUID | None = None) -> AbstractAsyncContextManager[AsyncSession]: ...


class TransactionalContext(ApiContext, Protocol):
    """Needed by a `Router`."""

    @property
    def database(self) -> Transactions: ...
