"""Connections of a pool whose server is gone are replaced before a transaction uses them."""

import time

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

__all__ = ["check_idle_connections"]

_TRUSTED_SECONDS = 5.0
"""A server that stops closes its connections, which the driver notices at once. What silently drops a connection, such
as a firewall or a network address translation, takes minutes."""

_RETURNED_AT = "returned_at"


def check_idle_connections(engine: Engine) -> None:
    """Check each connection as it leaves the pool, and ask the server if it was idle.

    SQLAlchemy's own check (`pool_pre_ping`) asks every time, with three round trips on asyncpg.
    """

    def check(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxied: PoolProxiedConnection) -> None:
        returned_at = record.info.get(_RETURNED_AT)
        if returned_at is None:  # it has just been opened
            return
        driver = record.driver_connection
        if driver is None or driver.is_closed():
            raise InvalidatePoolError
        if time.monotonic() - returned_at > _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", check)


def _note_return(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_RETURNED_AT] = time.monotonic()
