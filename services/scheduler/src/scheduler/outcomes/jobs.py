"""Ends the wait for an outcome. Otherwise a lost PostDue would leave its post SCHEDULED forever."""

import structlog
from common.due import Done, DueLoop, DueRow, Outcome
from common.runtime.backlog import Measure
from prometheus_client import Counter, Gauge

from scheduler.factory import Factory, ProcessContext
from scheduler.items.repository import ItemRepository
from scheduler.models import AWAITED_OUTCOMES

log = structlog.get_logger(__name__)

UNANSWERED = Counter("pulseworks_posts_unanswered", "Posts whose outcome the publisher never reported.")
PAST_EXPIRY = Gauge("pulseworks_posts_past_expiry", "Posts that may no longer be sent and have no outcome yet.")


class OutcomeDeadline:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context

    async def run(self, row: DueRow) -> Outcome:
        async with self._context.database.transaction(row.account_id) as session:
            item = await Factory(self._context, session).outcomes().end_wait(row.id)
        if item is not None:
            UNANSWERED.inc()
            log.error(
                "post_unanswered",
                account_id=str(item.account_id),
                item_id=str(item.id),
                platform=item.platform,
                scheduled_for=item.scheduled_for.isoformat(),
            )
        return Done()


def outcome_loop(context: ProcessContext) -> DueLoop:
    return DueLoop(context.database, AWAITED_OUTCOMES, OutcomeDeadline(context).run)


def posts_past_expiry(context: ProcessContext) -> Measure:
    async def count() -> int:
        async with context.database.cross_account.transaction() as session:
            return await ItemRepository(session).count_past_expiry(context.settings.windows.outcome)

    return Measure(PAST_EXPIRY, count)
