"""A due loop's own connection to the database."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from common.database import Database
from common.due.table import DueRow, DueTable
from common.ids import new_id

_CLOSE_SECONDS = 1.0
_CONNECT_SECONDS = 5.0
# A due row that another transaction holds may come free without a word, as when that transaction fails.
_HELD_BY_OTHERS_SECONDS = 0.02


class ClaimConnection:
    """Hears NOTIFY, and claims in one round trip: no pool, no session and no transaction's begin and end between.

    ``woken`` is called for each NOTIFY with its payload, and once with "" when the connection is lost.
    """

    def __init__(self, database: Database, table: DueTable, woken: Callable[[str], None]) -> None:
        self._database = database
        self._table = table
        self._woken = woken
        self._connection: asyncpg.Connection | None = None
        self._claim: PreparedStatement | None = None

    async def open(self) -> None:
        """Connect and listen, unless that is so already. Raises asyncpg's errors, OSError, TimeoutError."""
        if self._connection is not None:
            if not self._connection.is_closed():
                return
            await self.close()
        settings = {"application_name": self._table.channel, "timezone": "UTC"}
        if self._database.role is not None:
            settings["role"] = self._database.role
        self._connection = await asyncpg.connect(self._database.url, timeout=_CONNECT_SECONDS, server_settings=settings)
        self._connection.add_termination_listener(lambda _connection: self._woken(""))
        await self._connection.add_listener(self._table.channel, lambda *heard: self._woken(str(heard[-1])))

    async def close(self) -> None:
        connection, self._connection, self._claim = self._connection, None, None
        if connection is not None:
            # terminate() alone leaves the end of the connection as an exception that nobody retrieves
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=_CLOSE_SECONDS)

    async def claim(self, limit: int, lease: timedelta) -> tuple[list[DueRow], float | None]:
        """Take up to ``limit`` due rows, earliest first, passing over those that others hold.

        Returns them with how many seconds to wait for the next one: 0 when there may be more, None when nothing waits.
        """
        statement = await self._prepared()
        lease_id = new_id()
        first, *further = await statement.fetch(limit, lease, lease_id)
        seconds, left = first[0], first[1]
        if first[2] is None:
            return [], _HELD_BY_OTHERS_SECONDS if left else seconds
        columns = self._table.columns
        rows = [
            DueRow(
                id=row[2],
                account_id=row[3],
                due_at=row[4],
                claimed_at=row[5],
                attempts=row[6],
                lease=lease_id,
                redelivered=row[7],
                values=dict(zip(columns, row[8:], strict=True)),
            )
            for row in (first, *further)
        ]
        rows.sort(key=_due_at)
        if len(rows) == limit:
            return rows, 0.0
        if left:
            return rows, _HELD_BY_OTHERS_SECONDS
        # the statement doesn't see its own effect: these rows are due again when their lease ends
        own = lease.total_seconds()
        return rows, own if seconds is None else min(seconds, own)

    async def _prepared(self) -> PreparedStatement:
        await self.open()
        assert self._connection is not None  # noqa: S101 - that is what open() does
        if self._claim is None:
            # Only now, when it is run at once: PostgreSQL tells nothing to a connection between the two.
            self._claim = await self._connection.prepare(_claim_statement(self._table))
        return self._claim


def _due_at(row: DueRow) -> datetime:
    return row.due_at


def _claim_statement(table: DueTable) -> str:
    """Return the statement of a claim: $1 the limit, $2 the lease's length, $3 its id.

    It always gives a row, so that the wait for the next one is told even when nothing was claimed. The index on
    ``due_at`` serves both, from its two sides of the present.
    """
    name = table.qualified
    extra = "".join(f", t.{column}" for column in table.columns)
    outer = "".join(f", taken.{column}" for column in table.columns)
    return f"""
        WITH due AS MATERIALIZED (
            SELECT id, due_at, lease_owner FROM {name}
            WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT $1::int FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE {name} AS t
            SET due_at = statement_timestamp() + $2::interval, lease_owner = $3::uuid, attempts = t.attempts + 1
            FROM due WHERE t.id = due.id
            RETURNING t.id, t.account_id, due.due_at AS was_due_at, statement_timestamp() AS claimed_at, t.attempts,
                      due.lease_owner IS NOT NULL AS redelivered{extra}
        ), later AS (
            SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float8 AS seconds FROM {name}
            WHERE due_at > statement_timestamp()
        ), left_over AS (
            SELECT (SELECT count(*) FROM due) < $1::int AND EXISTS (
                SELECT FROM {name} WHERE due_at <= statement_timestamp() AND id NOT IN (SELECT id FROM due)
            ) AS some
        )
        SELECT later.seconds, left_over.some, taken.id, taken.account_id, taken.was_due_at, taken.claimed_at,
               taken.attempts, taken.redelivered{outer}
        FROM later CROSS JOIN left_over LEFT JOIN taken ON true
    """
