"""What the database raises, and which of it is worth a retry."""

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATABASE_ERRORS = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What a statement, a pool or a connection raises; a TimeoutError is an OSError."""

# Classes of SQLSTATE that the statement's values cause, so that no retry can succeed: cardinality violation, data
# exception, integrity constraint violation, program limit exceeded.
# https://www.postgresql.org/docs/18/errcodes-appendix.html
_PERMANENT = {"21", "22", "23", "54"}


def is_transient(error: BaseException) -> bool:
    """Return whether ``error`` comes from the database or its connection, and not from the values of the statement.

    Everything that an operator can repair is transient: an unavailable server, a read-only node after a failover, a
    rotated password, a schema that is not migrated yet, a missing privilege. The list names what is permanent: an
    unnecessary retry only takes time, but giving up too early loses a post.
    """
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        return is_transient(cause) if isinstance(cause, Exception) else not _is_permanent(error.orig)
    if isinstance(error, asyncpg.PostgresError):
        return not _is_permanent(error)
    return isinstance(error, OSError | PoolTimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)


def _is_permanent(error: BaseException | None) -> bool:
    return str(getattr(error, "sqlstate", None) or "")[:2] in _PERMANENT
