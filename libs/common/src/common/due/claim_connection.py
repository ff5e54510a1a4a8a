"""A due loop's own connection to the database."""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from common.database import Database
from common.due import claims
from common.due.table import DueRow, DueTable
from common.ids import new_id

_CLOSE_SECONDS = 1.0
_CONNECT_SECONDS = 5.0
# A locked row can be released without a NOTIFY (rollback), so poll.
_LOCKED_ROWS_SECONDS = 0.02
_BEFORE_ALL_ACCOUNTS = UUID(int=0)


class ClaimConnection:
    """Listens for NOTIFY and claims, without a pool, a session or, for most tables, a transaction around the claim.

    ``woken`` is called for each NOTIFY with its payload, and once with "" when the connection is lost.
    """

    def __init__(self, database: Database, table: DueTable, woken: Callable[[str], None]) -> None:
        self._database = database
        self._table = table
        self._woken = woken
        self._connection: asyncpg.Connection | None = None
        self._claim: PreparedStatement | None = None
        self._last_account = _BEFORE_ALL_ACCOUNTS

    async def close(self) -> None:
        connection, self._connection, self._claim = self._connection, None, None
        if connection is not None:
            # terminate() alone leaves the end of the connection as an exception that is never retrieved
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=_CLOSE_SECONDS)

    async def claim(self, limit: int, lease: timedelta) -> tuple[list[DueRow], float | None]:
        """Claim up to ``limit`` due rows, earliest first; rows that other transactions hold are skipped.

        Returns them, and the seconds to wait for the next row: 0 when there may be more, None when nothing waits.
        Raises asyncpg's errors, OSError, TimeoutError.
        """
        statement = await self._prepared()
        lease_id = new_id()
        first, *further = await statement.fetch(limit, lease, lease_id)
        seconds, left, row_id = first[:3]
        if row_id is None:
            return [], _LOCKED_ROWS_SECONDS if left else seconds
        rows = [claims.due_row(record[2:], self._table, lease_id) for record in (first, *further)]
        rows.sort(key=_due_at)
        if len(rows) == limit:
            return rows, 0.0
        if left:
            return rows, _LOCKED_ROWS_SECONDS
        # the statement doesn't see its own effect: these rows are due again when their lease ends
        own = lease.total_seconds()
        return rows, own if seconds is None else min(seconds, own)

    async def claim_in_turns(
        self, limit: int, lease: timedelta, *, per_account: int, in_flight: Mapping[UUID, int]
    ) -> tuple[list[DueRow], float | None]:
        """Claim as ``claim`` does, but at most ``per_account`` rows of each account, less its rows ``in_flight``.

        Continues after the account that was served last, then once from the first one. Due rows that are left belong
        to accounts that have their share, so they do not shorten the wait.
        """
        connection = await self._open()
        rows: list[DueRow] = []
        async with connection.transaction():
            for after in dict.fromkeys((self._last_account, _BEFORE_ALL_ACCOUNTS)):
                taken = Counter(in_flight) + Counter(row.account_id for row in rows)
                claimed = await self._claim_after(
                    after, connection, limit=limit - len(rows), lease=lease, per_account=per_account, taken=taken
                )
                if claimed:
                    rows += claimed
                    self._last_account = max(row.account_id for row in claimed)
                if len(rows) == limit:
                    return rows, 0.0
            return rows, await connection.fetchval(claims.seconds_until_later(self._table))

    async def _claim_after(
        self,
        account_id: UUID,
        connection: asyncpg.Connection,
        *,
        limit: int,
        lease: timedelta,
        per_account: int,
        taken: Counter[UUID],
    ) -> list[DueRow]:
        lease_id = new_id()
        records = await connection.fetch(
            claims.by_account(self._table),
            limit,
            lease,
            lease_id,
            per_account,
            list(taken),
            list(taken.values()),
            [account for account, count in taken.items() if count >= per_account],
            account_id,
        )
        rows = [claims.due_row(record, self._table, lease_id) for record in records]
        return sorted(rows, key=_due_at)

    async def _prepared(self) -> PreparedStatement:
        connection = await self._open()
        if self._claim is None:
            # Prepared when it is executed: PostgreSQL delivers no NOTIFY to a connection between the two.
            self._claim = await connection.prepare(claims.earliest_first(self._table))
        return self._claim

    async def _open(self) -> asyncpg.Connection:
        """Return the connection, made and listening if it is not there yet or was lost."""
        if self._connection is not None:
            if not self._connection.is_closed():
                return self._connection
            await self.close()
        settings = self._database.server_settings(self._table.channel)
        connection = await asyncpg.connect(self._database.url, timeout=_CONNECT_SECONDS, server_settings=settings)
        self._connection = connection
        connection.add_termination_listener(lambda _connection: self._woken(""))
        await connection.add_listener(self._table.channel, lambda *heard: self._woken(str(heard[-1])))
        return connection


def _due_at(row: DueRow) -> datetime:
    return row.due_at
