"""The SQL that settles, wakes and measures. Every statement handles a batch; ``claims`` has the SQL of the claim."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.due.table import DueRow, DueTable


async def wake(session: AsyncSession, table: DueTable, due_at: datetime | None = None) -> None:
    """Wake the loops of ``table`` when this transaction commits, for a row due at ``due_at`` (default: now)."""
    payload = "" if due_at is None else repr(due_at.timestamp())
    await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": table.channel, "payload": payload})


async def finish(session: AsyncSession, table: DueTable, rows: Sequence[DueRow]) -> set[UUID]:
    """Finish the rows whose lease is still current; return their ids."""
    action = (
        f"DELETE FROM {table.qualified} AS t USING"
        if table.finished == "delete"
        else f"UPDATE {table.qualified} AS t SET due_at = NULL, lease_owner = NULL FROM"
    )
    return await _settle(session, action, rows, {})


async def postpone(
    session: AsyncSession, table: DueTable, rows: Sequence[DueRow], delays: Sequence[timedelta]
) -> set[UUID]:
    """Make the rows whose lease is still current due again after their delays; return their ids."""
    action = f"UPDATE {table.qualified} AS t SET due_at = statement_timestamp() + held.delay, lease_owner = NULL FROM"
    return await _settle(session, action, rows, {"delays": list(delays)})


async def renew(session: AsyncSession, table: DueTable, rows: Sequence[DueRow], lease: timedelta) -> set[UUID]:
    """Extend the leases of the rows whose lease is still current; return their ids."""
    action = f"UPDATE {table.qualified} AS t SET due_at = statement_timestamp() + :lease FROM"
    return await _settle(session, action, rows, {"lease": lease})


async def overdue(session: AsyncSession, table: DueTable) -> tuple[int, float]:
    """Return how many rows are due and not claimed, 10,000 at most, and for how many seconds the oldest has been due.

    The index of what is due serves it, so its cost is bounded.
    """
    statement = text(f"""
        SELECT count(*), coalesce(extract(epoch FROM statement_timestamp() - min(due_at)), 0) FROM (
            SELECT due_at FROM {table.qualified} WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT 10000
        ) AS due
    """)
    rows, oldest = (await session.execute(statement)).one()
    return int(rows), float(oldest)


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
