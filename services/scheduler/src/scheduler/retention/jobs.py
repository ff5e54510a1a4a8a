from common.runtime.retention import Purge
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.factory import ProcessContext
from scheduler.items.repository import ItemRepository


def purges(context: ProcessContext) -> list[Purge]:
    """Return what the worker deletes once an hour, beside old inbox rows and idempotency keys."""

    async def old_items(session: AsyncSession) -> None:
        before = await context.now(session) - context.settings.unpublished_item_kept
        await ItemRepository(session).delete_unpublished(before)

    return [old_items]
