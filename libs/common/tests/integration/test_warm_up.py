"""What a worker rehearses before it consumes leaves nothing behind."""

from collections.abc import Sequence

from common.database import Database
from common.due import DueRow
from common.messaging import EventRouter
from common.messaging.processor import Processor
from common.runtime.warm_up import rehearse_batch, rehearse_sent
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from .test_batching import QUEUE, Effects, created, note_account, note_accounts


async def written(database: Database) -> int:
    statement = text("SELECT (SELECT count(*) FROM probe.job) + (SELECT count(*) FROM probe.inbox)")
    async with database.cross_account.transaction() as session:
        count: int = (await session.execute(statement)).scalar_one()
    return count


async def test_a_rehearsed_batch_is_handled_and_rolled_back(database: Database) -> None:
    router = EventRouter()
    router.subscribe(QUEUE, note_account, batch=note_accounts)
    Effects.calls.clear()
    await rehearse_batch(Processor(database, Effects), QUEUE, note_accounts)
    assert Effects.calls == [1]
    assert await written(database) == 0


async def test_what_is_written_for_rehearsed_rows_is_rolled_back(database: Database) -> None:
    calls = []

    async def on_sent(session: AsyncSession, rows: Sequence[DueRow]) -> None:
        await Effects(session).note([created()])
        calls.append(rows)

    await rehearse_sent(database, on_sent)
    assert len(calls) == 1
    assert await written(database) == 0
