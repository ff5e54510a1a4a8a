"""Which errors make a message wait and which dead-letter it: in doubt it waits."""

import asyncpg
import pytest
from common.database import DATABASE_ERRORS, is_transient
from common.errors import AppError
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

pytestmark = pytest.mark.invariant("E5")


def raised_by_server(sqlstate: str) -> asyncpg.PostgresError:
    error = asyncpg.PostgresError("from the server")
    error.sqlstate = sqlstate
    return error


def wrapped(cause: Exception) -> DBAPIError:
    """Return ``cause`` as SQLAlchemy raises it: its adapter's error, caused by the driver's."""
    adapted = Exception("adapted")
    adapted.__cause__ = cause
    return DBAPIError("SELECT 1", {}, adapted)


@pytest.mark.parametrize(
    "sqlstate",
    [
        "08006",  # connection lost
        "25006",  # a read-only node
        "28P01",  # a rotated password
        "3D000",  # the database is not there yet
        "40P01",  # deadlock
        "42501",  # a privilege is missing
        "42703",  # a column is missing
        "42P01",  # a table is missing
        "53300",  # too many connections
        "55P03",  # lock timeout
        "57P01",  # shut down by an administrator
        "58030",  # the disk
        "XX000",  # an internal error
    ],
)
def test_what_an_operator_can_repair_is_transient(sqlstate: str) -> None:
    error = raised_by_server(sqlstate)
    for each in (error, wrapped(error)):
        assert is_transient(each)
        assert isinstance(each, DATABASE_ERRORS)


@pytest.mark.parametrize("sqlstate", ["21000", "22021", "22P02", "23502", "23503", "23505", "23514", "54000"])
def test_an_error_caused_by_the_values_is_not_transient(sqlstate: str) -> None:
    error = raised_by_server(sqlstate)
    assert not is_transient(error)
    assert not is_transient(wrapped(error))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        PoolTimeoutError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
        wrapped(ConnectionResetError()),
        DBAPIError("SELECT 1", {}, Exception("no SQLSTATE")),
    ],
    ids=repr,
)
def test_a_lost_connection_to_the_database_is_transient(error: Exception) -> None:
    assert is_transient(error)
    assert isinstance(error, DATABASE_ERRORS)


@pytest.mark.parametrize(
    "error",
    [
        AppError("no"),
        ValueError("no"),
        KeyError("no"),
        InvalidRequestError("a defect in how the session is used"),
        asyncpg.DataError("an argument that can't be encoded"),
        wrapped(asyncpg.DataError("an argument that can't be encoded")),
    ],
    ids=repr,
)
def test_an_error_of_the_handler_is_not_transient(error: Exception) -> None:
    assert not is_transient(error)
