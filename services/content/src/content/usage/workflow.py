"""Work that is charged: calls of the language model are counted before they are made, and failed work returns."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from uuid import UUID

import structlog
from common.database import DATABASE_ERRORS
from common.ids import new_id

from content.clients.language_model import before_call
from content.factory import Factory, ProcessContext

log = structlog.get_logger(__name__)


@contextmanager
def counting_model_calls(context: ProcessContext, account_id: UUID, work_id: UUID) -> Iterator[None]:
    """Count the calls that are made within, also in tasks started within, for this work.

    A call raises ModelBudgetSpentError instead of being made when the installation's budget is spent.
    """
    token = before_call.set(partial(_count, context, account_id, work_id))
    try:
        yield
    finally:
        before_call.reset(token)


@asynccontextmanager
async def charged(context: ProcessContext, account_id: UUID) -> AsyncIterator[UUID]:
    """Yield the id for the work of a request, which charges it when it starts and settles it when it has succeeded.

    If the request fails, what it reserved and did not use returns. After a crash the job of this feature does that.
    """
    work_id = new_id()
    async with AsyncExitStack() as on_failure:
        on_failure.push_async_callback(_settle, context, account_id, work_id)
        with counting_model_calls(context, account_id, work_id):
            yield work_id
        on_failure.pop_all()


async def _settle(context: ProcessContext, account_id: UUID, work_id: UUID) -> None:
    try:
        async with context.database.transaction(account_id) as session:
            await Factory(context, session).usage().settle(work_id)
    except DATABASE_ERRORS as error:  # the entry expires; the caller needs the first error
        log.warning("usage_not_settled", work_id=str(work_id), error=repr(error))


async def _count(context: ProcessContext, account_id: UUID, work_id: UUID) -> None:
    async with context.database.transaction(account_id) as session:
        await Factory(context, session).usage().count_model_call(work_id)
