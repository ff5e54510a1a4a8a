"""Rows of a probe table that fall due."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from common import due
from common.database import Database
from common.due import DueTable
from common.ids import new_id
from sqlalchemy import text

JOBS = DueTable("probe", "job", columns=("note",))
SECOND = timedelta(seconds=1)
ACCOUNT = new_id()


async def put(database: Database, count: int = 1, *, after: timedelta = -SECOND, note: str = "") -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    async with database.transaction(ACCOUNT) as session:
        await session.execute(
            text("""INSERT INTO probe.job (id, account_id, note, due_at)
                    SELECT unnest(CAST(:ids AS uuid[])), :account, :note, now() + :after"""),
            {"ids": ids, "account": ACCOUNT, "note": note, "after": after},
        )
        await due.wake(session, JOBS, datetime.now(UTC) + after)
    return ids


async def due_times(database: Database) -> dict[UUID, datetime | None]:
    async with database.cross_account.transaction() as session:
        return {row.id: row.due_at for row in await session.execute(text("SELECT id, due_at FROM probe.job"))}


async def eventually(condition: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
