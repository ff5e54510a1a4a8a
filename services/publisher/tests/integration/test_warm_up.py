"""A started publisher has already run the statements of a due post."""

from common.messaging.processor import Processor
from common.runtime.warm_up import rehearse_batch
from publisher.deliveries.consumers import accept_due_posts
from publisher.factory import ProcessContext
from pulseworks_contracts import queues
from sqlalchemy import event, text


async def test_the_rehearsal_inserts_a_delivery_and_takes_it_back(context: ProcessContext) -> None:
    statements: list[str] = []
    engine = context.database.cross_account.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_: statements.append(statement))
    await rehearse_batch(Processor(context.database, context.factory), queues.PUBLISHER_DUE, accept_due_posts)
    assert any("INSERT INTO publisher.delivery" in statement for statement in statements)
    async with context.database.cross_account.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM publisher.delivery"))).scalar_one() == 0
