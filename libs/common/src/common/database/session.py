"""Connections and transactions. Only this module sets the account of a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

_ACCOUNT = "account_id"
# exec_driver_sql takes a third of the time of a compiled statement, and this runs in every transaction.
_SET_ACCOUNT = "SELECT set_config('app.account_id', $1, true)"


class TenantSession(Session):
    """A session that sets the account for row-level security at the start of each transaction."""


@event.listens_for(TenantSession, "after_begin")
def _set_account_of_transaction(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    account_id = session.info.get(_ACCOUNT)
    if account_id is not None:
        connection.exec_driver_sql(_SET_ACCOUNT, (str(account_id),))


def asyncpg_url(url: str) -> str:
    """Return ``url`` with SQLAlchemy's asyncpg driver; accepts ``postgresql://`` and ``postgres://``."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    """Return ``url`` as asyncpg itself takes it."""
    return make_url(asyncpg_url(url)).set(drivername="postgresql").render_as_string(hide_password=False)


async def set_account(session: AsyncSession, account_id: UUID) -> None:
    """Set a transaction's account once it is known (login, webhooks). Raises ValueError if it has another account."""
    known = session.info.get(_ACCOUNT)
    if known not in (None, account_id):
        raise ValueError(f"this transaction belongs to account {known}; it can't also serve {account_id}")
    session.info[_ACCOUNT] = account_id
    connection = await session.connection()
    await connection.exec_driver_sql(_SET_ACCOUNT, (str(account_id),))


def account_of(session: AsyncSession) -> UUID | None:
    """Return the account that the session's transactions are set to."""
    account_id: UUID | None = session.info.get(_ACCOUNT)
    return account_id


class Database:
    """One service's connections: the runtime pool, and ``cross_account``, for the due loops.

    Nothing connects before the first transaction.
    """

    def __init__(self, url: str, *, service: str, pool_size: int = 10, role: str | None = None) -> None:
        self.url = libpq_url(url)
        self.service = service
        self.role = role
        self._pool_size = pool_size
        self._cross_account: Database | None = None
        self.engine = self._create_engine()
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=TenantSession)

    def _create_engine(self) -> AsyncEngine:
        settings = {"application_name": self.role or self.service, "timezone": "UTC"}
        if self.role is not None:
            settings["role"] = self.role
        connect_args: dict[str, Any] = {"server_settings": settings, "timeout": 5}
        return create_async_engine(
            asyncpg_url(self.url),
            pool_size=self._pool_size,
            max_overflow=self._pool_size,
            pool_timeout=10,
            # a server that was restarted leaves dead connections in the pool
            pool_pre_ping=True,
            connect_args=connect_args,
        )

    @property
    def cross_account(self) -> "Database":
        """The pool whose role sees all accounts, in the due tables, the inbox and the tables of retention alone."""
        if self._cross_account is None:
            self._cross_account = Database(
                self.url, service=self.service, pool_size=self._pool_size, role=f"{self.service}_loop"
            )
        return self._cross_account

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session with a transaction of ``account_id``; commit at the end, roll back on an exception."""
        info = {_ACCOUNT: account_id, "service": self.service}
        async with self._sessions(info=info) as session, session.begin():
            yield session

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
        if self._cross_account is not None:
            await self._cross_account.close()
