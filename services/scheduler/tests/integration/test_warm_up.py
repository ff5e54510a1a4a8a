"""A started scheduler has already run the statement that hands a due post over."""

from common.runtime.warm_up import rehearse_sent
from scheduler.factory import ProcessContext
from sqlalchemy import event


async def test_the_rehearsal_runs_the_statement_of_a_sent_timer(context: ProcessContext) -> None:
    statements: list[str] = []
    engine = context.database.cross_account.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_: statements.append(statement))
    await rehearse_sent(context.database, context.timer().hand_over)
    assert any("UPDATE scheduler.schedule_item" in statement for statement in statements)
