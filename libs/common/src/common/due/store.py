"""The SQL of the due loop. Every statement handles a batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.due.table import DueRow, DueTable
from common.ids import new_id


async def wake(session: AsyncSession, table: DueTable, due_at: datetime | None = None) -> None:
    """Wake the loops of ``table`` when this transaction commits, for a row due at ``due_at`` (default: now)."""
    payload = "" if due_at is None else repr(due_at.timestamp())
    await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": table.channel, "payload": payload})


async def claim(session: AsyncSession, table: DueTable, *, limit: int, lease: timedelta) -> list[DueRow]:
    """Take up to ``limit`` due rows, earliest first, for ``lease``; rows that another claim holds are passed over."""
    chosen = f"""
        SELECT id, due_at, lease_owner FROM {table.qualified}
        WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    """
    return await _take(session, table, chosen, lease, {"limit": limit})


async def claim_by_account(
    session: AsyncSession,
    table: DueTable,
    *,
    limit: int,
    lease: timedelta,
    per_account: int,
    held: Mapping[UUID, int],
    after: UUID,
) -> list[DueRow]:
    """Take up to ``limit`` due rows, account by account: at most ``per_account`` of each, less those in ``held``.

    Begins behind the account ``after``, in the order of the ids, and does not come round: the caller begins anew at the
    front. However many rows an account has due, it costs the same, given an index on ``(account_id, due_at)``.
    """
    full = [account for account, count in held.items() if count >= per_account]
    next_account = f"""
        SELECT account_id FROM {table.qualified}
        WHERE account_id > {{}} AND due_at <= now() AND account_id <> ALL(CAST(:full AS uuid[]))
        ORDER BY account_id, due_at LIMIT 1
    """
    chosen = f"""
        WITH RECURSIVE turn (account_id, number) AS (
            (SELECT first.account_id, 1 FROM ({next_account.format("CAST(:after AS uuid)")}) AS first)
            UNION ALL
            SELECT following.account_id, turn.number + 1
            FROM turn CROSS JOIN LATERAL ({next_account.format("turn.account_id")}) AS following
            WHERE turn.number < :limit
        ), allowance AS (
            SELECT turn.account_id, turn.number, :per_account - coalesce(held.count, 0) AS rows
            FROM turn LEFT JOIN unnest(CAST(:accounts AS uuid[]), CAST(:counts AS int[])) AS held (account_id, count)
                 ON held.account_id = turn.account_id
        )
        SELECT row.id, row.due_at, row.lease_owner
        FROM (SELECT * FROM allowance ORDER BY number) AS allowance CROSS JOIN LATERAL (
            SELECT id, due_at, lease_owner FROM {table.qualified}
            WHERE account_id = allowance.account_id AND due_at <= now()
            ORDER BY due_at LIMIT allowance.rows FOR UPDATE SKIP LOCKED
        ) AS row
        LIMIT :limit
    """
    parameters = {
        "limit": limit,
        "per_account": per_account,
        "full": full,
        "after": after,
        "accounts": list(held),
        "counts": list(held.values()),
    }
    return await _take(session, table, chosen, lease, parameters)


async def _take(
    session: AsyncSession, table: DueTable, chosen: str, lease: timedelta, parameters: dict[str, object]
) -> list[DueRow]:
    lease_id = new_id()
    extra = "".join(f", t.{column}" for column in table.columns)
    statement = text(f"""
        WITH due AS MATERIALIZED ({chosen})
        UPDATE {table.qualified} AS t
        SET due_at = statement_timestamp() + :lease, lease_owner = :lease_id, attempts = t.attempts + 1
        FROM due WHERE t.id = due.id
        RETURNING t.id, t.account_id, due.due_at AS was_due_at, statement_timestamp() AS claimed_at, t.attempts,
                  due.lease_owner IS NOT NULL AS redelivered{extra}
    """)
    result = await session.execute(statement, {**parameters, "lease": lease, "lease_id": lease_id})
    rows = [
        DueRow(
            id=row["id"],
            account_id=row["account_id"],
            due_at=row["was_due_at"],
            claimed_at=row["claimed_at"],
            attempts=row["attempts"],
            lease=lease_id,
            redelivered=row["redelivered"],
            values={column: row[column] for column in table.columns},
        )
        for row in result.mappings()
    ]
    return sorted(rows, key=lambda row: row.due_at)


async def seconds_until_next(session: AsyncSession, table: DueTable) -> float | None:
    """Return how long until the earliest row is due (0 or less: it is), or None when nothing waits."""
    statement = text(f"SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float8 FROM {table.qualified}")
    seconds: float | None = (await session.execute(statement)).scalar_one()
    return seconds


async def seconds_until_later(session: AsyncSession, table: DueTable) -> float | None:
    """Return how long until the earliest row that is not due yet at the transaction's start, or None."""
    statement = text(
        f"SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float8 FROM {table.qualified} "
        "WHERE due_at > now()"
    )
    seconds: float | None = (await session.execute(statement)).scalar_one()
    return seconds


async def finish(session: AsyncSession, table: DueTable, rows: Sequence[DueRow]) -> set[UUID]:
    """End rows whose lease is still theirs; return which those were."""
    action = (
        f"DELETE FROM {table.qualified} AS t USING"
        if table.finished == "delete"
        else f"UPDATE {table.qualified} AS t SET due_at = NULL, lease_owner = NULL FROM"
    )
    return await _settle(session, action, rows, {})


async def postpone(
    session: AsyncSession, table: DueTable, rows: Sequence[DueRow], delays: Sequence[timedelta]
) -> set[UUID]:
    """Make rows due again after their delays, if their lease is still theirs."""
    action = f"UPDATE {table.qualified} AS t SET due_at = statement_timestamp() + held.delay, lease_owner = NULL FROM"
    return await _settle(session, action, rows, {"delays": list(delays)})


async def renew(session: AsyncSession, table: DueTable, rows: Sequence[DueRow], lease: timedelta) -> set[UUID]:
    """Prolong the leases of rows whose runs are still at work."""
    action = f"UPDATE {table.qualified} AS t SET due_at = statement_timestamp() + :lease FROM"
    return await _settle(session, action, rows, {"lease": lease})


async def _settle(
    session: AsyncSession, action: str, rows: Sequence[DueRow], parameters: dict[str, object]
) -> set[UUID]:
    held = "unnest(CAST(:ids AS uuid[]), CAST(:leases AS uuid[])) AS held (id, lease)"
    if "delays" in parameters:
        held = (
            "unnest(CAST(:ids AS uuid[]), CAST(:leases AS uuid[]), CAST(:delays AS interval[])) "
            "AS held (id, lease, delay)"
        )
    statement = text(f"{action} {held} WHERE t.id = held.id AND t.lease_owner = held.lease RETURNING t.id")
    result = await session.execute(
        statement, {"ids": [row.id for row in rows], "leases": [row.lease for row in rows], **parameters}
    )
    return set(result.scalars())
