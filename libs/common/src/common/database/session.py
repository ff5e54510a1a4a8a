"""Connections and transactions. Only this module sets the account of a transaction."""

import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from prometheus_client import Gauge
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from common.database.error_values import hide_values_in_errors
from common.database.liveness import check_idle_connections
from common.database.tenant_connection import TenantConnection

IN_USE = Gauge("pulseworks_database_connections_in_use", "Connections of a pool that are in use.", ["pool"])
LARGEST = Gauge("pulseworks_database_connections_limit", "The most connections that a pool opens.", ["pool"])

_ACCOUNT = "account_id"
_SET_ACCOUNT = "SELECT set_config('app.account_id', $1, true)"


class TenantSession(Session):
    """A session that sets the account for row-level security at the start of each transaction."""


@event.listens_for(TenantSession, "after_begin")
def _set_account_of_transaction(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    account_id = session.info.get(_ACCOUNT)
    driver = _driver_of(connection)
    if not driver.is_in_transaction():
        # SQLAlchemy begins the transaction on the server with its first statement.
        driver.account_of_next = account_id
    elif account_id is not None:  # a savepoint
        connection.exec_driver_sql(_SET_ACCOUNT, (str(account_id),))


def _driver_of(connection: Connection) -> TenantConnection:
    driver: TenantConnection = connection.connection.driver_connection  # type: ignore[assignment] # None: not connected
    return driver


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


@dataclass(frozen=True)
class DatabaseLimits:
    """The most connections of a process, and how long the server lets one of them work or wait, in seconds.

    ``migrate`` connects without these limits.
    """

    pool_size: int = 6
    cross_account_pool_size: int = 3
    statement_seconds: float = 30.0
    lock_seconds: float = 10.0
    idle_in_transaction_seconds: float = 60.0

    @property
    def server_settings(self) -> dict[str, str]:
        """As PostgreSQL's settings, in milliseconds."""
        limits = {
            "statement_timeout": self.statement_seconds,
            "lock_timeout": self.lock_seconds,
            "idle_in_transaction_session_timeout": self.idle_in_transaction_seconds,
        }
        return {name: str(round(seconds * 1000)) for name, seconds in limits.items()}


class Database:
    """One service's connections: the runtime pool, and ``cross_account``, for the due loops.

    Nothing connects before the first transaction. ``pool_size`` replaces that of ``limits`` in both pools.
    """

    def __init__(
        self,
        url: str,
        *,
        service: str,
        limits: DatabaseLimits | None = None,
        pool_size: int | None = None,
        role: str | None = None,
    ) -> None:
        self.url = libpq_url(url)
        self.service = service
        self.role = role
        limits = limits or DatabaseLimits()
        if pool_size is not None:
            limits = replace(limits, pool_size=pool_size, cross_account_pool_size=pool_size)
        self._limits = limits
        self._cross_account: Database | None = None
        self.engine = self._create_engine()
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=TenantSession)

    def _create_engine(self) -> AsyncEngine:
        engine = create_async_engine(
            asyncpg_url(self.url),
            pool_size=self._limits.pool_size,
            # the setting is the most that a process may open
            max_overflow=0,
            pool_timeout=10,
            connect_args={
                "server_settings": self.server_settings(self.role or self.service),
                "timeout": 5,
                "connection_class": TenantConnection,
            },
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "checkin", _forget_account)
        check_idle_connections(engine.sync_engine)
        hide_values_in_errors(engine)
        _observe_pool(engine.sync_engine, "runtime" if self.role is None else "cross_account", self._limits.pool_size)
        return engine

    def server_settings(self, application_name: str) -> dict[str, str]:
        """Return the settings of each connection, for those that are opened without the pool too."""
        settings = {"application_name": application_name, "timezone": "UTC", **self._limits.server_settings}
        return settings if self.role is None else {**settings, "role": self.role}

    @property
    def cross_account(self) -> "Database":
        """The pool whose role sees all accounts, in the due tables, the inbox and the tables of retention alone."""
        if self._cross_account is None:
            limits = replace(self._limits, pool_size=self._limits.cross_account_pool_size)
            self._cross_account = Database(self.url, service=self.service, limits=limits, role=f"{self.service}_loop")
        return self._cross_account

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session with a transaction of ``account_id``; commit at the end, roll back on an exception."""
        info = {_ACCOUNT: account_id, "service": self.service}
        session = self._sessions(info=info)
        try:
            async with session.begin():
                yield session
        finally:
            if session.in_transaction():  # its end failed or was cancelled
                async with session:
                    pass
            else:
                # closing an AsyncSession takes a task, although nothing is left to wait for
                session.sync_session.close()

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
        if self._cross_account is not None:
            await self._cross_account.close()


def _forget_account(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    # a transaction that executed nothing has left its account, and the connection's next user is another
    driver = record.driver_connection
    if driver is not None:
        driver.account_of_next = None


def _observe_pool(engine: Engine, name: str, size: int) -> None:
    """Export the use of a process's pool. The gauge must not keep an engine alive."""
    observed = weakref.ref(engine)

    def in_use() -> float:
        engine = observed()
        return engine.pool.checkedout() if engine is not None and isinstance(engine.pool, QueuePool) else 0

    IN_USE.labels(name).set_function(in_use)
    LARGEST.labels(name).set(size)
