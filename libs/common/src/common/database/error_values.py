"""Takes the values of a failed statement out of its error, so that no log or trace can show them.

A customer's e-mail address or text can be in three places: the bound parameters (`hide_parameters` of the engine), the
DETAIL of the server ("Key (email)=(…) already exists", "Failing row contains (…)"), and the message itself of errors
about a value (SQLSTATE class 22, also those that asyncpg raises before it sends the statement).
"""

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["hide_values_in_errors"]

_DATA_EXCEPTION = "22"
_PARTS = ("detail", "hint", "context", "internal_query")


def hide_values_in_errors(engine: AsyncEngine) -> None:
    """Let the errors of ``engine`` name statement, constraint and SQLSTATE, and no values."""
    event.listen(engine.sync_engine, "handle_error", _hide_values)


def _hide_values(context: ExceptionContext) -> None:
    cause = context.original_exception.__cause__
    if not isinstance(cause, asyncpg.PostgresError):
        return
    for part in _PARTS:
        setattr(cause, part, None)
    if str(cause.sqlstate or "")[:2] == _DATA_EXCEPTION:
        # the driver's own conversion is the cause, such as "invalid UUID '…'"
        cause.__cause__, cause.__suppress_context__ = None, True
        # each of the three has a copy of the message
        for error in (cause, context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = (type(cause).__name__,)
