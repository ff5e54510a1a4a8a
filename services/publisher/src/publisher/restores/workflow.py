"""After a restore of the database to an earlier moment: what was pending then may have been sent since.

A delivery keeps its id, and so its idempotency key. But its checks could find that it is too late or withdrawn, and
report that it was not sent. So it is treated like one whose process ended during the call: it is searched for first.
"""

from datetime import datetime
from uuid import UUID

from publisher.factory import ProcessContext
from publisher.restores.repository import PendingDeliveryRepository


async def search_for_pending(context: ProcessContext, restored_to: datetime) -> int:
    """Have each pending delivery searched for at Ayrshare before anything else. Return how many. May be repeated."""
    async with context.database.cross_account.transaction() as session:
        pending = await PendingDeliveryRepository(session).all()
    return sum([await _search_for(context, *delivery, restored_to) for delivery in pending])


async def _search_for(context: ProcessContext, delivery_id: UUID, account_id: UUID, restored_to: datetime) -> bool:
    async with context.database.transaction(account_id) as session:
        delivery = await PendingDeliveryRepository(session).lock(delivery_id)
        if delivery is not None:
            await context.factory(session).transitions().assume_sent(delivery, restored_to)
        return delivery is not None
