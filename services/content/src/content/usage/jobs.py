"""Entries whose work ended without settling them, and the counting of model calls in other jobs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from common.due import Done, DueRow, DueTable, Outcome, Retry

from content.factory import Factory, ProcessContext
from content.models import SERVICE
from content.usage.workflow import counting_model_calls

TABLE = DueTable(SERVICE, "usage_entry")

_PAUSE = timedelta(minutes=5)

Run = Callable[[DueRow], Awaitable[Outcome]]


class UsageSettler:
    """Settles what a crash left open. Work that settles in time never gets here: its entry is not due any more."""

    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def run(self, row: DueRow) -> Outcome:
        async with self._context.database.transaction(row.account_id) as session:
            over = await Factory(self._context, session).usage().settle_expired(row.id)
        return Done() if over else Retry(_PAUSE)


def counted(context: ProcessContext, run: Run) -> Run:
    """Return ``run`` such that its calls of the language model count for the row."""

    async def counting(row: DueRow) -> Outcome:
        with counting_model_calls(context, row.account_id, row.id):
            return await run(row)

    return counting
