"""Which database errors a retry can get past."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# Classes of SQLSTATE that blame the statement's own values, so that no retry can succeed: cardinality violation,
# data exception, integrity constraint violation, program limit exceeded.
# https://www.postgresql.org/docs/18/errcodes-appendix.html
_PERMANENT = {"21", "22", "23", "54"}


def is_transient(error: BaseException) -> bool:
    """Return whether ``error`` comes from the database or the way to it, and not from what was to be written.

    Everything that an operator can repair is transient: a server that is away, a read-only node after a failover, a
    rotated password, a schema that is not migrated yet, a missing privilege. The list names what is permanent, because
    a retry of the wrong error costs time, and giving up on the wrong one loses a post.
    """
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        return is_transient(cause) if isinstance(cause, Exception) else not _is_permanent(error.orig)
    if isinstance(error, asyncpg.PostgresError):
        return not _is_permanent(error)
    return isinstance(error, OSError | PoolTimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError)


def _is_permanent(error: BaseException | None) -> bool:
    return str(getattr(error, "sqlstate", None) or "")[:2] in _PERMANENT
