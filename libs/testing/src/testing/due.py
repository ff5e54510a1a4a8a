from datetime import timedelta

from common.database import Database
from common.due import DueRow, DueTable
from common.due.claim_connection import ClaimConnection


async def claim_due(
    database: Database, table: DueTable, *, limit: int = 100, lease: timedelta = timedelta(seconds=30)
) -> list[DueRow]:
    """Claim due rows as a due loop does, over a connection of its own."""
    connection = ClaimConnection(database.cross_account, table, lambda _payload: None)
    try:
        rows, _ = await connection.claim(limit, lease)
        return rows
    finally:
        await connection.close()
