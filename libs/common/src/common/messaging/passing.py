"""What passes by itself, and what never will."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_SERIALIZATION_FAILURE, _DEADLOCK, _LOCK_TIMEOUT = "40001", "40P01", "55P03"
_COLLISIONS = {_SERIALIZATION_FAILURE, _DEADLOCK, _LOCK_TIMEOUT}
# classes of PostgreSQL's error codes: connection, resources, operator intervention (such as a start or recovery)
_OUTAGES = {"08", "53", "57"}


def is_passing(error: BaseException) -> bool:
    """Tell an outage or a collision in the database, which passes, from an event that can't be handled."""
    # while it connects, SQLAlchemy lets the driver's own errors through as they are
    if isinstance(error, OSError | PoolTimeoutError | InterfaceError | asyncpg.InterfaceError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate or "")[:2] in _OUTAGES
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return (
            error.connection_invalidated
            or state in _COLLISIONS
            or state[:2] in _OUTAGES
            or (isinstance(error, OperationalError) and not state)
        )
    return False
