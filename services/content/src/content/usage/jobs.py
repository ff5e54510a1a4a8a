"""Entries whose work ended without settling them, and the counting of model calls in other jobs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import inf

from common.due import Done, DueRow, DueTable, Outcome, Retry
from common.runtime.backlog import Measure
from prometheus_client import Gauge

from content.factory import Factory, ProcessContext
from content.models import SERVICE
from content.usage.workflow import counting_model_calls

TABLE = DueTable(SERVICE, "usage_entry")

CALLS_TODAY = Gauge(
    "pulseworks_model_calls_today", "Calls of the language model that count for the budget of this day (UTC)."
)
BUDGET = Gauge("pulseworks_model_calls_budget", "MODEL_CALLS_PER_DAY; +Inf without a budget.")

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


def model_budget(context: ProcessContext) -> list[Measure]:
    """Return the measures of the budget for the language model, and of what is spent of it."""
    budget = context.settings.model_calls_per_day

    async def limit() -> float:
        return inf if budget is None else budget

    async def calls() -> int:
        async with context.database.transaction() as session:
            return await Factory(context, session).usage().model_calls_today()

    return [Measure(BUDGET, limit), Measure(CALLS_TODAY, calls)]
