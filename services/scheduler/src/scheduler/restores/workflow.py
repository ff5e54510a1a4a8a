"""After a restore of the database to an earlier moment: which posts may have gone out since.

Items that were SCHEDULED at that moment need nothing: the publisher reports their outcome, or the wait for it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pulseworks_contracts import PostDue

from scheduler.clients.event_log import posts_handed_over
from scheduler.factory import Factory, ProcessContext
from scheduler.restores.repository import RestoredItemRepository


@dataclass(frozen=True)
class RestoreResult:
    marked: int
    lost: Sequence[PostDue]
    """Posts that were handed over, and whose items were created after the restored moment."""


async def mark_maybe_sent(
    context: ProcessContext, since: datetime, until: datetime, *, read_log: bool = True
) -> RestoreResult:
    """Mark the items that may have gone out between ``since`` and ``until``. No worker may run. May be repeated."""
    settings = context.settings
    url, namespace = settings.amqp_url.get_secret_value(), settings.events_namespace
    handed_over = await posts_handed_over(url, namespace, since) if read_log else []
    ids = {event.data.item_id for event in handed_over}
    async with context.database.cross_account.transaction() as session:
        items = RestoredItemRepository(session)
        accounts = await items.maybe_sent(since, until, ids)
        known = await items.existing(ids)
    marked = 0
    for account_id, item_ids in accounts.items():
        async with context.database.transaction(account_id) as session:
            marked += await Factory(context, session).restores().mark(item_ids)
    lost = {event.data.item_id: event for event in handed_over if event.data.item_id not in known}
    return RestoreResult(marked, list(lost.values()))
